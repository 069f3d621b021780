using System.Text.RegularExpressions;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Docs;

public sealed partial class LinkTests
{
    [Fact]
    public void Links_OfAllDocuments_LeadToFiles()
    {
        var links = Repository.Documents().SelectMany(FindLinks).ToList();

        Assert.NotEmpty(links);
        Assert.Empty(links.Where(static link => !Path.Exists(link.Target)).Select(static link => $"{link.Page}: {link.Text}"));
    }

    private static IEnumerable<(string Page, string Text, string Target)> FindLinks(string page) => Link()
        .Matches(Repository.Read(page))
        .Select(static match => match.Groups["target"].Value)
        .Where(static target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
        .Select(target => (page, target, Path.Combine(Path.GetDirectoryName(page)!, target.Split('#')[0])));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
