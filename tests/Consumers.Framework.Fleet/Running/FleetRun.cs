using Consumers.Framework.Fleet.Member;
using Consumers.Framework.Fleet.Scenarios;
using Consumers.Framework.TestKit.Groups;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.Fleet.Running;

/// <summary>
/// One run: members, a producer, and the steps of a script. It judges nothing; everything that happened is in the directory afterwards.
/// </summary>
internal sealed class FleetRun : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(10);

    // Past every budget: the checker judges what a stop took, this only ends a run that hangs.
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(60);

    // Of each member, so that a first step meets it at work.
    private const int RecordsBeforeSteps = 50;

    private readonly RunSettings _settings;
    private readonly FleetBroker _broker;
    private readonly RunDirectory _directory;
    private readonly Journal _events;
    private readonly string _topic;
    private readonly string _group;
    private readonly Dictionary<int, MemberProcess> _members = [];
    private readonly HashSet<int> _alive = [];
    private readonly List<Task> _exits = [];
    private int _joined;
    private bool _died;

    private FleetRun(RunSettings settings, FleetBroker broker, RunDirectory directory)
    {
        _settings = settings;
        _broker = broker;
        _directory = directory;
        _events = new Journal(directory.Events);

        // A run of the same settings may come again on the same broker.
        var suffix = Guid.NewGuid().ToString("N")[..6];
        _topic = $"{settings.Name}-{suffix}";
        _group = $"fleet-{settings.Name}-{suffix}";
    }

    /// <summary>Runs it; the directory is filled when this returns.</summary>
    public static async Task ExecuteAsync(RunSettings settings, FleetBroker broker, RunDirectory directory, CancellationToken cancellationToken)
    {
        directory.Write(settings);
        await using var run = new FleetRun(settings, broker, directory);
        await run.ExecuteAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
        {
            await member.DisposeAsync();
        }

        await Task.WhenAll(_exits);
        _events.Dispose();
    }

    private async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var script = _settings.Script;
        await _broker.CreateTopicAsync(_topic, _settings.Partitions);
        await using var producer = NumberedProducer.Start(_broker.BootstrapServers, _topic, _settings);
        for (var member = 0; member < script.Members; member++)
        {
            Join();
        }

        await SettleAsync(StartLimit, cancellationToken);
        await WaitAsync(() => _alive.All(member => _members[member].Tail.Done >= RecordsBeforeSteps), StartLimit, cancellationToken);
        foreach (var step in script.Steps)
        {
            await DoAsync(step, cancellationToken);
            if (step.Settle)
            {
                await SettleAsync(_settings.Session + StartLimit, cancellationToken);
            }

            await Task.Delay(step.Pause, cancellationToken);
            if (_died)
            {
                // What the other steps would show means nothing.
                break;
            }
        }

        await Task.WhenAll(_exits).WaitAsync(cancellationToken);
        _events.Write($"quiet - {await producer.StopAsync()}");
        await CatchUpAsync(cancellationToken);
        await WaitAsync(() => _alive.All(member => _members[member].Tail.Health == "Healthy"), HealthLimit, cancellationToken);
        foreach (var member in _alive.ToList())
        {
            Leave(member);
        }

        await Task.WhenAll(_exits).WaitAsync(cancellationToken);
        Collect();
    }

    private async Task DoAsync(FleetStep step, CancellationToken cancellationToken)
    {
        _events.Write($"step - {step}");
        switch (step.Action)
        {
            case FleetAction.Join:
                Join();
                break;
            case FleetAction.Leave:
                Leave(step.Member);
                break;
            case FleetAction.Restart:
                Leave(step.Member);
                await _exits[^1].WaitAsync(cancellationToken);
                Join();
                break;
            case FleetAction.Kill:
                _alive.Remove(step.Member);
                _events.Write($"kill {Name(step.Member)}");
                _members[step.Member].Signal(ProcessSignal.Kill);
                break;
            case FleetAction.Freeze:
                await StandStillAsync(step.Member, "freeze", _settings.FreezeTime, cancellationToken);
                break;
            case FleetAction.Hiccup:
                await StandStillAsync(step.Member, "hiccup", _settings.HiccupTime, cancellationToken);
                break;
            case FleetAction.Recycle:
                await RecycleAsync(step.Member, cancellationToken);
                break;
            case FleetAction.FreezeBroker:
                _events.Write($"brokerfreeze -");
                _broker.Freeze();
                await Task.Delay(RunSettings.BrokerFreezeTime, cancellationToken);
                _broker.Thaw();
                _events.Write($"brokerthaw -");
                break;
        }
    }

    private void Join()
    {
        var member = ++_joined;
        var name = Name(member);
        _events.Write($"join {name}");
        _members[member] = MemberProcess.Start(
            name, _directory, MemberSettings.Of(_settings, name, _broker.BootstrapServers, _topic, _group, _directory));
        _alive.Add(member);
    }

    private void Leave(int member)
    {
        _alive.Remove(member);
        _exits.Add(LeaveAsync(_members[member]));
    }

    private async Task LeaveAsync(MemberProcess member)
    {
        var startedAt = Moment.Now();
        _events.Write($"leave {member.Name}");
        member.Signal(ProcessSignal.Terminate);
        using var limit = new CancellationTokenSource(ExitLimit);
        try
        {
            await member.WaitForExitAsync(limit.Token);
            _events.Write($"exit {member.Name} {member.ExitCode} {Moment.Now().Since(startedAt).TotalMicroseconds:0}");
        }
        catch (OperationCanceledException)
        {
            _events.Write($"hang {member.Name}");
        }
    }

    private async Task StandStillAsync(int member, string what, TimeSpan time, CancellationToken cancellationToken)
    {
        _events.Write($"{what} {Name(member)}");
        _members[member].Signal(ProcessSignal.Stop);
        await Task.Delay(time, cancellationToken);

        // Before the signal: what the member does from here on it does after it was thawed.
        _events.Write($"thaw {Name(member)}");
        _members[member].Signal(ProcessSignal.Continue);
    }

    private async Task RecycleAsync(int member, CancellationToken cancellationToken)
    {
        var process = _members[member];
        var before = process.Tail.Recycled;
        _events.Write($"recycle {process.Name}");
        process.Command(MemberCommands.Recycle);
        await WaitAsync(() => process.Tail.Recycled > before, StartLimit, cancellationToken);
    }

    /// <summary>Waits until all workers of all members own something, and together everything.</summary>
    private async Task SettleAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var startedAt = Moment.Now();
        var settled = await WaitAsync(IsSettled, limit, cancellationToken);
        _events.Write($"{(settled ? "settled" : "unsettled")} - {Moment.Now().Since(startedAt).TotalMicroseconds:0}");
    }

    private bool IsSettled()
    {
        var owned = _alive.Select(member => _members[member].Tail.Owned).ToList();
        return owned.TrueForAll(workers => workers.Count == _settings.Workers && workers.All(static count => count > 0))
            && owned.Sum(static workers => workers.Sum()) == _settings.Partitions;
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var ends = TopicReader.Read(_broker.BootstrapServers, _topic, _settings.Partitions)
            .GroupBy(static line => int.Parse(line.AsSpan(0, line.IndexOf(' ')), System.Globalization.CultureInfo.InvariantCulture))
            .ToDictionary(static partition => partition.Key, static partition => (long)partition.Count());
        var limit = Moment.Now().Add(_settings.CatchUp);
        while (Moment.Now().Mono < limit.Mono)
        {
            var committed = await GroupReader.CommittedAsync(_broker.BootstrapServers, _group, _topic, _settings.Partitions);
            if (ends.All(end => committed[end.Key] == end.Value))
            {
                break;
            }

            await Task.Delay(Poll, cancellationToken);
        }

        _events.Write($"end -");
    }

    private void Collect()
    {
        File.WriteAllLines(_directory.Topic, TopicReader.Read(_broker.BootstrapServers, _topic, _settings.Partitions));
        File.WriteAllLines(_directory.Commits, ConsumerOffsetsReader.ReadCommits(_broker.BootstrapServers, _group)
            .Where(static commit => commit.Offset is not null)
            .Select(static commit => FormattableString.Invariant(
                $"{commit.Time.ToUnixTimeMilliseconds()} {commit.Partition.Partition.Value} {commit.Offset} {commit.LeaderEpoch}")));
        File.WriteAllLines(_directory.Requests, _broker.CommitRequests(_group));
    }

    /// <returns>False when the limit has passed, or a member has ended that nobody told to.</returns>
    private async Task<bool> WaitAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var startedAt = Moment.Now();
        while (!condition())
        {
            foreach (var member in _alive.Where(member => _members[member].HasExited).ToList())
            {
                _died = true;
                _alive.Remove(member);
                _events.Write($"died {Name(member)} {_members[member].ExitCode}");
            }

            if (_died || Moment.Now().Since(startedAt) > limit)
            {
                return false;
            }

            await Task.Delay(Poll, cancellationToken);
        }

        return true;
    }

    private static string Name(int member) => FormattableString.Invariant($"m{member:00}");
}
