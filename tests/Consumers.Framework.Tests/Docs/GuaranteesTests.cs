using System.Globalization;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Docs;

/// <summary>
/// docs/guarantees.md and docs/field-reports.md name the tests that show what they say: they exist, and those of the situations are all named.
/// </summary>
public sealed class GuaranteesTests
{
    private const string Page = "guarantees.md";
    private static readonly string[] Columns = ["#", "Situation", "What happens elsewhere", "What happens here", "Shown by"];

    [Theory]
    [InlineData(Page)]
    [InlineData("field-reports.md")]
    public void Tests_OfThePage_Exist(string page)
    {
        var named = TestName.NamedIn(Repository.Read($"docs/{page}")).ToList();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(TestName.All));
    }

    /// <summary>Tests that are named after a situation get into its row by UPDATE_DOCS=1; those that are not stay as long as they exist.</summary>
    [Fact]
    public void Situations_NameEveryTestThatIsNamedAfterThem()
    {
        var rows = Situations();

        Assert.Equal(Enumerable.Range(1, rows.Count), rows.Select(static row => int.Parse(row[0], CultureInfo.InvariantCulture)));
        Assert.True(rows.Count >= 33, $"Only {rows.Count} situations are left.");
        DocTable.Check(Page, "situations", Columns, rows.Select(static row => row[..^1].Append(ShownBy(row)).ToArray()));
    }

    [Fact]
    public void Read_ClassesAndMethods_FindsTheTestsAlone()
    {
        string[] source =
        [
            "public abstract class FlowTests(int a)",
            "    public int NoTest() => 1;",
            "    [Theory, InlineData(1)]",
            "    [InlineData(2)]",
            "    public async Task Scenario07_Run_Often_Works(int b)",
            "    public void Helper()",
            "        [Fact]",
            "public sealed partial class OtherTests",
            "    [Fact]",
            "    public void Run_Once_Works() => Run();",
        ];

        Assert.Equal([new("FlowTests", "Scenario07_Run_Often_Works"), new TestName("OtherTests", "Run_Once_Works")], TestName.Read(source));
        Assert.Equal([7, null], TestName.Read(source).Select(static test => test.Scenario));
    }

    private static string ShownBy(string[] row)
    {
        var number = int.Parse(row[0], CultureInfo.InvariantCulture);
        var others = TestName.NamedIn(row[^1]).Where(static test => test.Scenario is null).Intersect(TestName.All);
        var tests = string.Join(", ", TestName.All.Where(test => test.Scenario == number).Concat(others));
        return tests.Length > 0 ? tests : "nothing yet";
    }

    private static List<string[]> Situations()
    {
        var page = Repository.Read($"docs/{Page}");
        var table = page[page.IndexOf("<!-- begin:situations -->", StringComparison.Ordinal)..page.IndexOf("<!-- end:situations -->", StringComparison.Ordinal)];
        return [.. table.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(static line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];
    }
}
