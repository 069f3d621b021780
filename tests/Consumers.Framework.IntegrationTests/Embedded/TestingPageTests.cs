using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.IntegrationTests.Embedded;

/// <summary>Holds <c>docs/testing.md</c> to the code.</summary>
public sealed class TestingPageTests
{
    private const string Project = "tests/Consumers.Framework.IntegrationTests";

    [Fact]
    public void Example_OfThePage_IsTheTestThatRuns()
    {
        var source = Repository.Read($"{Project}/Embedded/GettingStartedTests.cs");
        var marked = source.Split("// <example>\n")[1].Split("    // </example>")[0];
        var expected = string.Join('\n', marked.TrimEnd().Split('\n').Select(line => line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line));

        var example = Repository.Read("docs/testing.md").Split("```csharp\n")[1].Split("\n```")[0];

        Assert.Equal(expected, example);
    }

    [Fact]
    public void Faults_OfThePage_AreMembersOfTheBroker()
    {
        var section = Repository.Read("docs/testing.md").Split("## Faults")[1].Split("##")[0];
        var named = section.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split('`').Where(word => word.EndsWith(')')))
            .Select(word => word.Split('(')[0])
            .Order();
        string[] elsewhere = ["CreateTopic", "Dispose", "DisposeAsync", "SettingsFor", "Start", "StopRequestTracking"];
        var members = typeof(Testing.EmbeddedKafka).GetMethods()
            .Where(method => method.DeclaringType == typeof(Testing.EmbeddedKafka) && !method.IsSpecialName)
            .Select(method => method.Name)
            .Distinct()
            .Except(elsewhere)
            .Order();

        Assert.Equal(members, named);
    }
}
