using System.Text.RegularExpressions;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Docs;

public sealed partial class DecisionTests
{
    private static readonly string[] _headings = ["## Context\n", "## Decision\n", "## Consequences\n"];

    [Fact]
    public void Decisions_AreNumberedListedAndShort()
    {
        var folder = Path.Combine(Repository.Root, "docs", "decisions");
        var files = Directory.EnumerateFiles(folder, "0*.md").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal).ToList();
        var listed = Listed().Matches(Repository.Read(Path.Combine(folder, "README.md"))).Select(static match => match.Groups["file"].Value);

        Assert.Equal(files, listed);
        for (var index = 0; index < files.Count; index++)
        {
            var text = Repository.Read(Path.Combine(folder, files[index]));
            Assert.StartsWith($"{index + 1:0000}-", files[index], StringComparison.Ordinal);
            Assert.StartsWith($"# {index + 1}. ", text, StringComparison.Ordinal);
            Assert.All(_headings, heading => Assert.Contains(heading, text, StringComparison.Ordinal));
            Assert.True(text.Split('\n').Length <= 50, $"{files[index]} is longer than 50 lines.");
        }
    }

    [GeneratedRegex(@"\]\((?<file>0[^)]+)\)")]
    private static partial Regex Listed();
}
