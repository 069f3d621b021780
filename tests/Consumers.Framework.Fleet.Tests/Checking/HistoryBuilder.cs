using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Cells;
using Consumers.Framework.Fleet.History;
using Consumers.Framework.Fleet.Member;
using Consumers.Framework.Fleet.Running;

namespace Consumers.Framework.Fleet.Tests.Checking;

/// <summary>A history written by hand; times are milliseconds since its beginning, on both clocks. What is not given is as in a good run.</summary>
internal sealed class HistoryBuilder
{
    private readonly List<ProducedRecord> _produced = [];
    private readonly List<AcceptedCommit> _commits = [];
    private readonly List<RequestedCommit> _requests = [];
    private readonly List<FleetEvent> _events = [];
    private readonly Dictionary<string, MemberHistory> _members = [];

    private RunSettings Settings { get; init; } = RunSettings.Of(
        new Cell(FleetAssignor.CooperativeSticky, CommitStrategy.Async, RecordOrdering.Partition), "handover", seed: 1, size: 0, FleetLoad.Light);

    public static HistoryBuilder Of(CommitStrategy strategy, RecordOrdering ordering = RecordOrdering.Partition) => new()
    {
        Settings = RunSettings.Of(new Cell(FleetAssignor.CooperativeSticky, strategy, ordering), "handover", seed: 1, size: 0, FleetLoad.Light),
    };

    /// <summary>Records with the offsets 0, 1, ... at time 0.</summary>
    public HistoryBuilder Produced(int partition, int count)
    {
        _produced.AddRange(Enumerable.Range(0, count).Select(offset => new ProducedRecord(partition, offset, "k", offset, 0)));
        return this;
    }

    /// <summary>An attempt; without an end the process died in it.</summary>
    public HistoryBuilder Handled(string member, int partition, long offset, int start, int? end, bool done = true, int attempt = 1, string key = "k")
    {
        Add(member, new HandlerEntry(At(start), HandlerPhase.Start, partition, offset, key, offset, attempt));
        if (end is { } ended)
        {
            Add(member, new HandlerEntry(At(ended), done ? HandlerPhase.Done : HandlerPhase.Fail, partition, offset, key, offset, attempt));
        }

        return this;
    }

    /// <summary>A commit that the broker accepted, and its request.</summary>
    public HistoryBuilder Committed(string member, int partition, long offset, int at, int epoch = 0)
    {
        _commits.Add(new AcceptedCommit(at, partition, offset, epoch));
        return Requested(member, partition, offset, at, error: 0);
    }

    /// <summary>A commit that the broker was asked for; nothing else of it is known.</summary>
    public HistoryBuilder Requested(string member, int partition, long offset, int at, int error)
    {
        _requests.Add(new RequestedCommit(at, member, 0, partition, offset, error));
        return this;
    }

    public HistoryBuilder Rebalanced(string member, RebalanceKind kind, int at, int took, params int[] partitions) =>
        Rebalanced(member, kind, at, took, partitions.Length, partitions);

    /// <param name="member">The member.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="at">When it was over.</param>
    /// <param name="took">How long it took, in ms.</param>
    /// <param name="count">How many partitions it was about.</param>
    /// <param name="named">Those that the log entry names.</param>
    public HistoryBuilder Rebalanced(string member, RebalanceKind kind, int at, int took, int count, int[] named)
    {
        var history = Member(member);
        _members[member] = history with { Rebalances = [.. history.Rebalances, new RebalanceEntry(At(at), 0, kind, TimeSpan.FromMilliseconds(took), named, count)] };
        return this;
    }

    public HistoryBuilder Health(string member, int at, string status)
    {
        var history = Member(member);
        _members[member] = history with { Health = [.. history.Health, new HealthEntry(At(at), status, "because")] };
        return this;
    }

    public HistoryBuilder Resources(string member, int at, bool idle, ResourceReading reading)
    {
        var history = Member(member);
        _members[member] = history with { Resources = [.. history.Resources, new ResourceEntry(At(at), idle, reading)] };
        return this;
    }

    public HistoryBuilder Logged(string member, int at, int count, string level = "Information")
    {
        var history = Member(member);
        _members[member] = history with { Log = [.. history.Log, .. Enumerable.Repeat(new LogEntry(At(at), level, "Rebalanced", "text"), count)] };
        return this;
    }

    public HistoryBuilder Event(string kind, string member, int at, params string[] details)
    {
        _events.Add(new FleetEvent(At(at), kind, member, details));
        return this;
    }

    public RunHistory Build() => new()
    {
        Settings = Settings,
        Produced = _produced,
        Commits = _commits,
        Requests = _requests,
        Events = [.. _events.OrderBy(static fleetEvent => fleetEvent.At.Mono)],
        Members = [.. _members.Values],
    };

    private static Moment At(int milliseconds) => new(milliseconds * 1_000L, milliseconds * 1_000L);

    private MemberHistory Member(string name) => _members.GetValueOrDefault(name) ?? new MemberHistory { Name = name };

    private void Add(string member, HandlerEntry entry)
    {
        var history = Member(member);
        _members[member] = history with { Handler = [.. history.Handler.Append(entry).OrderBy(static line => line.At.Mono)] };
    }
}
