using Microsoft.Extensions.Logging;
using Consumers.Framework.Tests.Docs;

namespace Consumers.Framework.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public class EventIdsTests
{
    private static readonly LogEntry Good = new(1801, "CheckFailed", LogLevel.Warning, "Check failed.", "Health");

    private static readonly Dictionary<int, string> Constants = new() { [1801] = "CheckFailed" };

    [Fact]
    public void LogEntries_OfTheFramework_KeepTheRules() =>
        Assert.Empty(LogEntry.Problems(LogEntry.OfTheFramework(), LogEntry.Constants()));

    [Fact]
    public void LogEntries_OfTheFramework_AreTheTableOfTheDocs() =>
        DocTable.Check(
            "telemetry.md",
            "logs",
            ["Id", "Event name", "Level", "Category", "Text"],
            LogEntry.OfTheFramework().Select(static entry => new[]
            {
                $"{entry.Id}",
                entry.EventName ?? "",
                Enum.IsDefined(entry.Level) && entry.Level != LogLevel.None ? $"{entry.Level}" : "varies",
                entry.Category,
                entry.Message,
            }));

    [Fact]
    public void Problems_GoodEntry_AreNone() => Assert.Empty(LogEntry.Problems([Good], Constants));

    [Fact]
    public void Problems_BrokenRules_AreNamed()
    {
        Assert.Contains("1801 is used 2 times.", LogEntry.Problems([Good, Good], Constants));
        Assert.Contains("CheckFailed names 2 entries.", LogEntry.Problems([Good, Good with { Id = 1802 }], Constants));
        Assert.Contains("1801 has no EventName.", LogEntry.Problems([Good with { EventName = null }], Constants));
        Assert.Contains("1801 is not in the range of Polling.", LogEntry.Problems([Good with { Folder = "Polling" }], Constants));
        Assert.Contains("1801 is not in the range of Elsewhere.", LogEntry.Problems([Good with { Folder = "Elsewhere" }], Constants));
        Assert.Contains("1802 is no constant of EventIds.", LogEntry.Problems([Good, Good with { Id = 1802 }], Constants));
        Assert.Contains("CheckFailed (1801) logs nothing.", LogEntry.Problems([], Constants));
        Assert.Contains("A and B share 1801.", LogEntry.Problems([Good], new Dictionary<int, string> { [1801] = "A and B" }));
    }
}
