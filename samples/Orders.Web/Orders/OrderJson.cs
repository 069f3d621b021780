using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.Web.Orders;

/// <summary>How orders are read and written, generated at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderPlaced))]
internal sealed partial class OrderJson : JsonSerializerContext;
