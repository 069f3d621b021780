using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.Web.Status;

/// <summary>How <c>/status.json</c> is written, generated at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
