using System.Text.RegularExpressions;

namespace Consumers.Framework.Tests.Docs;

/// <summary>
/// A code block of a page that shows a file, or a region of one: <c>&lt;!-- snippet: path#region --&gt;</c>, then the block. The region is
/// between <c>#region name</c> and <c>#endregion</c>, and is shown without its indentation.
/// </summary>
internal sealed partial record Snippet(string Source, string? Region, string Text)
{
    public static IEnumerable<Snippet> FindAll(string page) => Marked().Matches(page).Select(static match => new Snippet(
        match.Groups["source"].Value,
        match.Groups["region"] is { Success: true } region ? region.Value : null,
        match.Groups["text"].Value));

    /// <summary>The code blocks in C# or JSON that show no file.</summary>
    public static IEnumerable<string> FindUnmarked(string page) => CodeBlock().Matches(Marked().Replace(page, "")).Select(static match => match.Value);

    /// <summary>What is wrong with the snippet; null when it is the same text as its source.</summary>
    public string? Check(string source)
    {
        var expected = Region is null ? source : Extract(source, Region);
        return expected is null ? $"{Source} has no region {Region}."
            : expected.Trim('\n') == Text.Trim('\n') ? null
            : $"The snippet of {Source} is not what the file says. It says:\n{expected}";
    }

    private static string? Extract(string source, string region)
    {
        var lines = source.Split('\n');
        var begin = Array.FindIndex(lines, line => line.Trim() == $"#region {region}");
        var end = begin < 0 ? -1 : Array.FindIndex(lines, begin, static line => line.Trim() == "#endregion");
        if (end < 0)
        {
            return null;
        }

        var inside = lines[(begin + 1)..end];
        var indent = inside.Where(static line => line.Length > 0).Select(static line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', inside.Select(line => line.Length > indent ? line[indent..] : line.TrimStart()));
    }

    [GeneratedRegex(@"<!-- snippet: (?<source>[^#\s]+)(#(?<region>\S+))? -->\n+```\w*\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"^```(csharp|json)\n.*?\n```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
