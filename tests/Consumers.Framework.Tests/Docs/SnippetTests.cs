using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Docs;

public sealed class SnippetTests
{
    private const string Source = "class A\n{\n    #region body\n    int B;\n\n        int C;\n    #endregion\n}\n";

    [Fact]
    public void Snippets_OfAllDocuments_AreTheTextOfTheirFiles()
    {
        var snippets = Repository.Documents()
            .SelectMany(static page => Snippet.FindAll(Repository.Read(page)).Select(snippet => (Page: Path.GetRelativePath(Repository.Root, page), Snippet: snippet)))
            .ToList();

        Assert.Contains(snippets, static snippet => snippet.Page == "README.md");
        Assert.All(snippets, static snippet => Assert.Null(snippet.Snippet.Check(Repository.Read(snippet.Snippet.Source))));
    }

    [Fact]
    public void CodeBlocks_OfTheReadme_AllShowAFile() => Assert.Empty(Snippet.FindUnmarked(Repository.Read("README.md")));

    [Theory]
    [InlineData("<!-- snippet: A.cs -->\n```csharp\n" + Source + "```\n")]
    [InlineData("<!-- snippet: A.cs#body -->\n\n```csharp\nint B;\n\n    int C;\n```\n")]
    public void Check_TextOfTheFile_IsRight(string page)
    {
        var snippet = Assert.Single(Snippet.FindAll(page));

        Assert.Equal("A.cs", snippet.Source);
        Assert.Null(snippet.Check(Source));
        Assert.Empty(Snippet.FindUnmarked(page));
    }

    [Theory]
    [InlineData("<!-- snippet: A.cs -->\n```csharp\nclass A\n```\n", "is not what the file says")]
    [InlineData("<!-- snippet: A.cs#body -->\n```csharp\nint B;\n```\n", "is not what the file says")]
    [InlineData("<!-- snippet: A.cs#other -->\n```csharp\nint B;\n```\n", "has no region other")]
    public void Check_OtherText_IsNamed(string page, string complaint)
    {
        var snippet = Assert.Single(Snippet.FindAll(page));

        Assert.Contains(complaint, snippet.Check(Source), StringComparison.Ordinal);
    }

    [Fact]
    public void FindUnmarked_CodeWithoutAMarker_IsFound() =>
        Assert.Single(Snippet.FindUnmarked("Text.\n\n```csharp\nclass A;\n```\n\n```console\ndotnet run\n```\n"));
}
