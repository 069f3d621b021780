using System.Xml.Linq;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Architecture;

/// <summary>What test projects share lies in the test kit: none refers to another one, or compiles its files.</summary>
public sealed class TestProjectsTests
{
    public static TheoryData<string> Projects => [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.csproj", SearchOption.AllDirectories)
        .Select(static path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_UsesNoOtherTestProject(string project)
    {
        var elements = XDocument.Load(Path.Combine(Repository.Root, "tests", project, project + ".csproj")).Descendants().ToList();
        var references = elements.Where(static element => element.Name == "ProjectReference").Select(static element => element.Attribute("Include")!.Value);
        var files = elements.Where(static element => element.Name == "Compile").Select(static element => element.Attribute("Include")?.Value ?? "");

        Assert.DoesNotContain(references, static path => path.EndsWith("Tests.csproj", StringComparison.Ordinal));
        Assert.DoesNotContain(files, static path => path.StartsWith("..", StringComparison.Ordinal));
    }
}
