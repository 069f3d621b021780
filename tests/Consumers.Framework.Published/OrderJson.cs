using System.Text.Json;
using System.Text.Json.Serialization;

namespace Consumers.Framework.Published;

/// <summary>How orders are read: a trimmed program has no reflection for it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
