using System.Text.Json;
using System.Text.Json.Serialization;

namespace Consumers.Framework.Tests.Decoding;

public sealed record Order(int Id, string Customer, List<OrderLine>? Lines = null, Dictionary<string, int>? Stock = null);

public sealed record OrderLine(string Sku, int Count);

public sealed record StrictOrder
{
    public required int Id { get; init; }
}

public sealed record ConvertedOrder
{
    [JsonConverter(typeof(TellTaleConverter))]
    public string? Secret { get; init; }
}

public sealed record OrderOfPerson(int Id, IPerson? Person);

public interface IPerson
{
    string Name { get; }
}

/// <summary>A converter that quotes the payload in its message, as careless ones do.</summary>
public sealed class TellTaleConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new InvalidOperationException("unexpected " + reader.GetString());

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => throw new NotSupportedException();
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
public sealed partial class OrderContext : JsonSerializerContext;
