using System.Text.RegularExpressions;

namespace Consumers.Framework.Tests.Architecture;

/// <summary>A unit test moves the time of what it tests itself: it waits for no clock, and a machine that stands still does not fail it.</summary>
public sealed partial class TestClockTests
{
    /// <summary>The tests that go by the system's time, and why.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["Committing/CommitterAllocationTests.cs"] = "what the threads of a worker allocate while they wait for each other as they do in a process",
        ["Committing/CommitterGroupTests.cs"] = "one of its tests is about threads that race, with back-offs that end while they do",
        ["Committing/DrainSignalTests.cs"] = "one of its tests finds a pulse that is lost by how late a thread wakes",
        ["Dispatching/LaneStressTests.cs"] = "threads that race, where a drain that is lost has to end by its timeout",
        ["Polling/FlowControlTests.cs"] = "the brief wait for a full buffer is one for an event, with no clock in it",
    };

    [Fact]
    public void Tests_ThatGoByTheSystemsTime_AreNamedHere() => Assert.Equal(
        Exceptions.Keys.Order(StringComparer.Ordinal),
        SourceFile.All("tests/Consumers.Framework.Tests").Where(static file => SystemTime().IsMatch(file.Text)).Select(static file => file.Path).Order(StringComparer.Ordinal));

    /// <summary>A delay without end is a handler that does not return.</summary>
    [GeneratedRegex(@"\bTimeProvider\.System\b|\bThread\.Sleep\(|\bTask\.Delay\((?!Timeout\.Infinite)|\bStop[w]atch\b|\bUtc[N]ow\b")]
    private static partial Regex SystemTime();
}
