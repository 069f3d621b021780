using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Benchmarks.Reports;

/// <summary>docs/performance.md: each table stands between <c>begin:name</c> and <c>end:name</c>.</summary>
internal static class PerformancePage
{
    /// <summary>Rewrites the sections that the page has a place for, and names the others.</summary>
    public static void Update(Report report)
    {
        var path = Path.Combine(Repository.Root, "docs", "performance.md");
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        foreach (var section in report.Sections)
        {
            text = Replace(text, section, report.Run);
        }

        File.WriteAllText(path, text);
        Progress.Say("docs/performance.md is rewritten");
    }

    /// <summary>Where the files of runs go.</summary>
    public static string ArtifactsFolder() => Path.Combine(Repository.Root, "artifacts", "benchmarks");

    private static string Replace(string text, ReportSection section, RunInformation run)
    {
        var (begin, end) = ($"<!-- begin:{section.Name} -->\n", $"<!-- end:{section.Name} -->");
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var stop = text.IndexOf(end, StringComparison.Ordinal);
        if (start < begin.Length || stop < start)
        {
            Progress.Say($"docs/performance.md has no place for {section.Name}");
            return text;
        }

        return $"{text[..start]}{MarkdownTable.Render(section.Columns, section.Rows)}\n{run.ToSentence()}\n{text[stop..]}";
    }
}
