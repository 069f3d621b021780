using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Fleet.Tests;

/// <summary>The patches of <c>tests/mutations</c> go on applying to the source, and name an invariant that there is.</summary>
public sealed class MutationTests
{
    public static TheoryData<string> Patches => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "mutations"), "*.patch").Select(static file => Path.GetFileName(file))];

    [Theory, MemberData(nameof(Patches))]
    public void Patch_OfABug_AppliesToTheSource(string patch)
    {
        var hunks = 0;
        var source = "";
        var before = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "mutations", patch)).Append("@@"))
        {
            if (line.StartsWith("@@", StringComparison.Ordinal) || line.StartsWith("diff ", StringComparison.Ordinal))
            {
                Assert.Contains(string.Join('\n', before), source, StringComparison.Ordinal);
                hunks += before.Count > 0 ? 1 : 0;
                before.Clear();
            }
            else if (line.StartsWith("--- a/", StringComparison.Ordinal))
            {
                source = Repository.Read(line["--- a/".Length..]);
            }
            else if (source.Length > 0 && line is [' ' or '-', ..])
            {
                before.Add(line[1..]);
            }
        }

        Assert.True(hunks > 0, "The patch changes nothing.");
    }

    [Theory, MemberData(nameof(Patches))]
    public void Patch_OfABug_NamesTheInvariantThatFindsIt(string patch)
    {
        var expected = File.ReadLines(Path.Combine(Repository.Root, "tests", "mutations", patch)).Single(static line => line.StartsWith("expect: ", StringComparison.Ordinal));

        Assert.Contains(expected["expect: ".Length..], Checker.Invariants.Select(static invariant => invariant.Id));
    }
}
