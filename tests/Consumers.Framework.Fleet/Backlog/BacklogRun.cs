using System.Globalization;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>
/// One arm under one protocol. A member works through a backlog; another one joins and leaves, again and again, and what the first one
/// keeps is watched. It begins anew, with a group of its own, when most of the backlog is read.
/// </summary>
/// <param name="options">What the command line says.</param>
/// <param name="arm">The arm.</param>
/// <param name="protocol">The protocol.</param>
/// <param name="bootstrapServers">The broker.</param>
internal sealed class BacklogRun(BacklogOptions options, BacklogArm arm, string protocol, string bootstrapServers)
{
    /// <summary>Nothing that a run waits for takes longer.</summary>
    public static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(60);

    /// <summary>What comes so long after the first record of the last partition still belongs to the hand-over.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(1.2);

    private const double RoomFactor = 1.3;

    private readonly List<HandOverSample> _samples = [];
    private int _members;

    /// <summary>How many records of one partition the first member has read at most from one hand-over to the next.</summary>
    private long _longestHandOver;
    private long? _handOverBegan;

    public IReadOnlyList<HandOverSample> Samples => _samples;

    /// <summary>Records that nobody handled, although somebody handled later ones.</summary>
    public long Lost { get; private set; }

    /// <summary>Records that were handled again. The loop commits nothing.</summary>
    public long Repeated { get; private set; }

    /// <summary>Whether nothing was lost, and nothing repeated by an arm that commits.</summary>
    public bool IsExact => Lost == 0 && (Repeated == 0 || arm == BacklogArm.Loop);

    /// <summary>One life of the first member: joins and leaves of others until most of the backlog is read.</summary>
    /// <param name="handOvers">The most joins.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many joins there were.</returns>
    public async Task<int> LiveAsync(int handOvers, CancellationToken cancellationToken)
    {
        var group = $"backlog-{Guid.NewGuid():N}";
        var runs = new List<FlowRun>();
        await using var first = Member(group);
        await first.WaitForBeginningsAsync(BacklogOptions.Partitions, 0, cancellationToken);
        await Task.Delay(Tail, cancellationToken);
        _handOverBegan = null;
        var done = 0;
        while (done < handOvers)
        {
            // The first is tried in any case: what it took in an earlier life is no reason to have none in this one.
            if (!await HasRoomAsync(first, cancellationToken) && done > 0)
            {
                break;
            }

            await using var second = Member(group);
            await second.WaitForBeginningsAsync(BacklogOptions.Partitions / 2, 0, cancellationToken);
            var taken = second.BegunSince(0);
            await Task.Delay(Tail, cancellationToken);
            await AddAsync(first, HandOverKind.Join, second.JoinedAt, taken, cancellationToken);

            var leavesAt = Moment.Now().Mono;
            second.RequestStop();
            await first.WaitForBeginningsAsync(taken.Count, leavesAt, cancellationToken);
            await Task.Delay(Tail, cancellationToken);
            await AddAsync(first, HandOverKind.Leave, leavesAt, taken, cancellationToken);
            await second.WaitForEndAsync(cancellationToken);
            runs.AddRange(second.Runs);
            done++;
        }

        first.RequestStop();
        await first.WaitForEndAsync(cancellationToken);
        runs.AddRange(first.Runs);
        Add(runs);
        return done;
    }

    /// <summary>A member with two workers begins on the backlog, and ends when both have what is theirs.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var member = Member($"backlog-{Guid.NewGuid():N}", "--Kafka:Consumers:backlog:Workers=2");
        await member.WaitForBeginningsAsync(BacklogOptions.Partitions, 0, cancellationToken);
        await Task.Delay(options.StartWindow, cancellationToken);
        await AddAsync(member, HandOverKind.Start, member.JoinedAt, [], cancellationToken);
        member.RequestStop();
        await member.WaitForEndAsync(cancellationToken);
        Add(member.Runs);
    }

    /// <summary>How many records are missing between runs, and how many stand in two of them.</summary>
    public static (long Lost, long Repeated) Compare(IEnumerable<FlowRun> runs)
    {
        var lost = 0L;
        var repeated = 0L;
        foreach (var partition in runs.GroupBy(static run => run.Partition))
        {
            var next = 0L;
            foreach (var run in partition.OrderBy(static run => run.FirstAt))
            {
                lost += Math.Max(0, run.First - next);
                repeated += Math.Max(0, Math.Min(next, run.Next) - run.First);
                next = Math.Max(next, run.Next);
            }
        }

        return (lost, repeated);
    }

    private BacklogProcess Member(string group, params string[] more)
    {
        var number = ++_members;
        string[] arguments =
        [
            $"--Kafka:BootstrapServers={bootstrapServers}",
            $"--{BacklogMemberOptions.Path}:{nameof(BacklogMemberOptions.Arm)}={arm}",
            string.Create(CultureInfo.InvariantCulture, $"--{BacklogMemberOptions.Path}:{nameof(BacklogMemberOptions.Partitions)}={BacklogOptions.Partitions}"),
            $"--{BacklogMemberOptions.Path}:{nameof(BacklogMemberOptions.Handler)}={options.Handler.ToString("c", CultureInfo.InvariantCulture)}",
            $"--{BacklogMemberOptions.Path}:{nameof(BacklogMemberOptions.Log)}={options.Keep is not null}",
            $"--Kafka:Consumers:{FrameworkMember.Consumer}:Topics:0={BacklogTopic.Name}",
            $"--Kafka:Consumers:{FrameworkMember.Consumer}:GroupId={group}",
            $"--Kafka:Consumers:{FrameworkMember.Consumer}:GroupProtocol={protocol}",
            .. options.Settings.Select(static setting => $"--Kafka:Consumers:{FrameworkMember.Consumer}:{setting}"),
            .. more,
        ];
        return BacklogProcess.Start(arguments, options.Keep is { } folder
            ? Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{protocol}-{arm}-{number:000}.txt"))
            : null);
    }

    private async Task AddAsync(BacklogProcess member, HandOverKind kind, long from, IReadOnlyList<int> taken, CancellationToken cancellationToken)
    {
        var now = Moment.Now().Mono;
        var looks = await member.LookAsync(cancellationToken);
        var gaps = member.Gaps;
        foreach (var (partition, look) in looks)
        {
            if (look.Next >= options.RecordsOfPartition)
            {
                throw new InvalidOperationException($"The backlog of partition {partition} was too short: use more --records.");
            }

            if (!taken.Contains(partition))
            {
                var standing = now - look.LastAt;
                var longest = gaps.Where(gap => gap.Partition == partition && gap.IsKept && gap.To > from).Select(static gap => gap.To - gap.From).Append(standing).Max();
                _samples.Add(new(arm, protocol, kind, partition, TimeSpan.FromMicroseconds(longest)));
            }
        }
    }

    /// <summary>Whether what is left lasts for another join and leave, judged by the longest so far.</summary>
    private async Task<bool> HasRoomAsync(BacklogProcess member, CancellationToken cancellationToken)
    {
        var next = (await member.LookAsync(cancellationToken)).Values.Max(static look => look.Next);
        _longestHandOver = _handOverBegan is { } began && next > began ? Math.Max(_longestHandOver, next - began) : _longestHandOver;
        _handOverBegan = next;
        return next + (_longestHandOver * RoomFactor) < options.RecordsOfPartition;
    }

    private void Add(IEnumerable<FlowRun> runs)
    {
        var (lost, repeated) = Compare(runs);
        Lost += lost;
        Repeated += repeated;
    }
}
