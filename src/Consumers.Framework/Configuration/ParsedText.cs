namespace Consumers.Framework.Configuration;

/// <summary>A configured text as the binder wants it, or what is wrong with it and how to write it.</summary>
internal readonly record struct ParsedText(string? Value, string Wrong, string Fix)
{
    public static ParsedText Of(string value) => new(value, "", "");

    public static ParsedText Bad(string wrong, string fix) => new(null, wrong, fix);
}
