using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Fleet.Member;

/// <summary>One logger of <see cref="JournalLoggerProvider"/>.</summary>
/// <param name="log">Where every entry goes.</param>
/// <param name="journal">Where entries about rebalances go as well, in a form that can be read back.</param>
internal sealed class JournalLogger(Journal log, Journal journal) : ILogger
{
    private const string Rebalanced = nameof(Rebalanced);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == Rebalanced && state is IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            var values = fields.ToDictionary(static field => field.Key, static field => field.Value);
            var partitions = string.Join(',', PartitionsOf(values["Partitions"]!.ToString()!));
            var took = ((TimeSpan)values["Duration"]!).TotalMicroseconds;
            journal.Write($"rebalance {values["Worker"]} {values["Kind"]} {values["Owned"]} {took:0} {values["Count"]} {partitions}");
        }

        log.Write($"{logLevel} {eventId.Id} {eventId.Name ?? "-"} {OneLine(formatter(state, exception))}{(exception is null ? "" : " | " + OneLine(exception.ToString()))}");
    }

    // "topic[3], topic[5]"; a log entry names 50 at most, and the rest is missing here too.
    private static IEnumerable<int> PartitionsOf(string names) => names.Split(", ", StringSplitOptions.RemoveEmptyEntries)
        .Select(static name => int.Parse(name.AsSpan((name.LastIndexOf('[') + 1)..name.LastIndexOf(']')), CultureInfo.InvariantCulture));

    private static string OneLine(string text) => text.ReplaceLineEndings(" / ");
}
