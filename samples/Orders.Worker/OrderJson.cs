using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.Worker;

/// <summary>How orders are read, generated at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderPlaced))]
public sealed partial class OrderJson : JsonSerializerContext;
