using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.Web.Health;

/// <summary>How the health endpoints write JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(HealthSummary))]
internal sealed partial class HealthJson : JsonSerializerContext;
