using System.Globalization;
using System.Text.RegularExpressions;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Docs;

/// <summary>A test of the repository, as pages name it. Read from the sources of all test projects: this assembly does not see the others.</summary>
internal sealed partial record TestName(string Class, string Method)
{
    /// <summary>The situation that the test is named after; null for none.</summary>
    public int? Scenario { get; } = ScenarioPrefix().Match(Method) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    public static IReadOnlyList<TestName> All { get; } = [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .SelectMany(static path => Read(File.ReadLines(path)))
        .OrderBy(static test => test.Class, StringComparer.Ordinal)
        .ThenBy(static test => test.Method, StringComparer.Ordinal)];

    /// <summary>The tests that a text names.</summary>
    public static IEnumerable<TestName> NamedIn(string text) =>
        Name().Matches(text).Select(static match => new TestName(match.Groups["class"].Value, match.Groups["method"].Value));

    public override string ToString() => $"`{Class}.{Method}`";

    /// <summary>Tests that run on several brokers stand in the class that those of the brokers derive from.</summary>
    public static IEnumerable<TestName> Read(IEnumerable<string> lines)
    {
        var (type, isTest) = ("", false);
        foreach (var line in lines)
        {
            if (TypeDeclaration().Match(line) is { Success: true } declared)
            {
                type = declared.Groups[1].Value;
            }

            isTest |= TestAttribute().IsMatch(line);
            if (isTest && MethodDeclaration().Match(line) is { Success: true } method)
            {
                isTest = false;
                yield return new TestName(type, method.Groups[1].Value);
            }
        }
    }

    [GeneratedRegex(@"^Scenario(\d\d)_")]
    private static partial Regex ScenarioPrefix();

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^public .*\bclass (\w+)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^    \[(Fact|Theory)\b")]
    private static partial Regex TestAttribute();

    [GeneratedRegex(@"^    public .*?(\w+)\(")]
    private static partial Regex MethodDeclaration();
}
