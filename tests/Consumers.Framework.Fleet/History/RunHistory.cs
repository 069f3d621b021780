using Consumers.Framework.Fleet.Running;

namespace Consumers.Framework.Fleet.History;

/// <summary>Everything that is known of a run. Immutable; what is derived is made on first use, by one thread.</summary>
internal sealed class RunHistory
{
    private readonly Lazy<IReadOnlyList<Execution>> _executions;

    public RunHistory() => _executions = new(() => [.. Members.SelectMany(ExecutionsOf).OrderBy(static execution => execution.Start.Mono)]);

    public required RunSettings Settings { get; init; }

    /// <summary>By partition, in offset order.</summary>
    public IReadOnlyList<ProducedRecord> Produced { get; init; } = [];

    /// <summary>In the order in which the broker accepted them.</summary>
    public IReadOnlyList<AcceptedCommit> Commits { get; init; } = [];

    public IReadOnlyList<RequestedCommit> Requests { get; init; } = [];

    public IReadOnlyList<FleetEvent> Events { get; init; } = [];

    public IReadOnlyList<MemberHistory> Members { get; init; } = [];

    /// <summary>Every attempt of every member, in the order of their beginnings.</summary>
    public IReadOnlyList<Execution> Executions => _executions.Value;

    public IEnumerable<FleetEvent> EventsOf(string kind) => Events.Where(fleetEvent => fleetEvent.Kind == kind);

    /// <summary>When the last step was over and the last record produced.</summary>
    public Moment? Quiet => EventsOf("quiet").FirstOrDefault()?.At;

    /// <summary>Which records wait for each other: those of a partition, or of a key.</summary>
    public string Lane(Execution execution) => Settings.Cell.Ordering == Configuration.RecordOrdering.Key ? execution.Key : FormattableString.Invariant($"[{execution.Partition}]");

    public static string Text(Moment moment) => DateTimeOffset.UnixEpoch.AddMicroseconds(moment.Wall).ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<Execution> ExecutionsOf(MemberHistory member)
    {
        // More than one of the same record at a time is a violation, and has to be told apart all the same: the oldest ends first.
        var open = new Dictionary<(int, long), Queue<HandlerEntry>>();
        foreach (var entry in member.Handler)
        {
            var key = (entry.Partition, entry.Offset);
            if (entry.Phase == HandlerPhase.Start)
            {
                if (!open.TryGetValue(key, out var waiting))
                {
                    open[key] = waiting = [];
                }

                waiting.Enqueue(entry);
            }
            else if (open.TryGetValue(key, out var started) && started.TryDequeue(out var start))
            {
                yield return Of(member, start, entry.At, entry.Phase == HandlerPhase.Done);
            }
        }

        foreach (var start in open.Values.SelectMany(static started => started))
        {
            yield return Of(member, start, null, isDone: false);
        }
    }

    private static Execution Of(MemberHistory member, HandlerEntry start, Moment? end, bool isDone) =>
        new(member.Name, start.Partition, start.Offset, start.Key, start.Number, start.Attempt, start.At, end, isDone);
}
