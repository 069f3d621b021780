using System.Text.RegularExpressions;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Architecture;

/// <summary>A source file of a project, the core package's above all.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    private const string Core = "src/Consumers.Framework";

    /// <summary>The folder it stands in; <c>Root</c> for the contracts beside the folders.</summary>
    public string Stage => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.IndexOf('/', StringComparison.Ordinal)] : "Root";

    /// <summary>The stages that it names.</summary>
    public IEnumerable<string> UsedStages => StageName().Matches(Text).Select(static match => match.Groups[1].Value).Where(stage => stage != Stage).Distinct();

    /// <summary>The first sentence of its first summary.</summary>
    public string Summary
    {
        get
        {
            if (Path.EndsWith("/Log.cs", StringComparison.Ordinal))
            {
                return "The log entries of this stage.";
            }

            var summary = FirstSummary().Match(Text);
            var words = Markup().Replace(summary.Groups[1].Value, static match => match.Groups[1].Success ? match.Groups[1].Value : "")
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var text = string.Join(' ', words.Where(static word => word != "///"));
            var end = text.IndexOf(". ", StringComparison.Ordinal);
            return end < 0 ? text : text[..(end + 1)];
        }
    }

    /// <summary>All of a project.</summary>
    /// <param name="project">Its folder.</param>
    public static IReadOnlyList<SourceFile> All(string project = Core)
    {
        var root = System.IO.Path.Combine(Repository.Root, project);
        return [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(static file => !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal))
            .OrderBy(static file => file.Contains('/', StringComparison.Ordinal)).ThenBy(static file => file, StringComparer.Ordinal)
            .Select(file => new SourceFile(file, File.ReadAllText(System.IO.Path.Combine(root, file)).ReplaceLineEndings("\n")))];
    }

    [GeneratedRegex(@"\bConsumers\.Framework\.([A-Z]\w+)\b(?=[;.])")]
    private static partial Regex StageName();

    [GeneratedRegex("/// <summary>(.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex FirstSummary();

    [GeneratedRegex("""<(?:see|paramref|typeparamref) (?:cref|name|langword)="(?:[A-Z]:)?(?:\w+\.)*([\w]+)[^"]*"/>|</?c>""")]
    private static partial Regex Markup();
}
