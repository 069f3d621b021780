using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Consumers.Framework.Decoding;

/// <summary>The JSON options of a consumer that names none: those of ASP.NET Core.</summary>
internal static class JsonDefaults
{
    /// <summary>Web defaults (camel case, names in any case, numbers in quotes); reflection where the application has it.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            TypeInfoResolver = JsonSerializer.IsReflectionEnabledByDefault ? ReflectionResolver() : JsonTypeInfoResolver.Combine(),
        };
        options.MakeReadOnly();
        return options;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Called only where JsonSerializer.IsReflectionEnabledByDefault, which is false in a trimmed application.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Called only where JsonSerializer.IsReflectionEnabledByDefault, which is false in a native application.")]
    private static DefaultJsonTypeInfoResolver ReflectionResolver() => new();
}
