using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Committing;

/// <summary>
/// One lease with its lanes, an executor and a committer, all stepped by the test on one thread: any interleaving can be played. It
/// checks at every start that the strategy allows it, and at every commit that nothing is covered that is not final.
/// </summary>
internal sealed class LaneSimulation : IDisposable
{
    private readonly World _world;
    private readonly PartitionLease _lease;
    private readonly Dictionary<long, (byte Key, int Batch)> _received = [];
    private readonly List<long> _batchEnds = [];
    private readonly HashSet<long> _final = [];
    private readonly List<(long Offset, byte Key, TaskCompletionSource Done)> _running = [];
    private readonly Queue<(int Kind, int Value)> _steps = new();
    private readonly bool _returnsAtOnce;
    private CommitPoint? _inFlight;
    private long _position;

    /// <param name="strategy">What is to be shown.</param>
    /// <param name="ordering">Which lanes there are.</param>
    /// <param name="maxConcurrency">How many handlers run at a time.</param>
    /// <param name="maxUncommitted">The bound of Async, Auto and Manual.</param>
    /// <param name="returnsAtOnce">
    /// Whether almost every handler returns at once, so that lanes go through long runs; the steps that come next then happen inside of
    /// handlers: in the middle of a run, where the lane takes no lock.
    /// </param>
    public LaneSimulation(CommitStrategy strategy, RecordOrdering ordering, int maxConcurrency, int maxUncommitted, bool returnsAtOnce)
    {
        _returnsAtOnce = returnsAtOnce;
        _world = new World(options =>
        {
            options.Commit.Strategy = strategy;
            options.Commit.MaxUncommitted = maxUncommitted;
            options.Ordering = ordering;
            options.MaxConcurrency = maxConcurrency;
        });
        _world.Invoker.Handler = Handle;
        _lease = _world.Open();
    }

    public long? Acknowledged { get; private set; }

    private KafkaConsumerOptions Options => _world.Settings.Options;

    private CommitStrategy Strategy => Options.Commit.Strategy;

    private long LowestOpen => _received.Keys.Where(offset => !_final.Contains(offset)).DefaultIfEmpty(_position).Min();

    public void Play(IEnumerable<(int Kind, int Value)> steps)
    {
        foreach (var step in steps)
        {
            _steps.Enqueue(step);
        }

        while (_steps.TryDequeue(out var step))
        {
            Step(step.Kind, step.Value);
        }
    }

    private void Step(int kind, int value)
    {
        switch (kind)
        {
            case 0 when _received.Count - _final.Count < (_returnsAtOnce ? 120 : 40):
                Receive((1 + (value % 5)) * (_returnsAtOnce ? 11 : 1), gap: value % 7 == 0 ? 3 : 0, value);
                break;
            case 1 when _world.Manual.Ready > 0:
                _world.Manual.RunOne(value % _world.Manual.Ready);
                break;
            case 2 when _running.Count > 0:
                Complete(value % _running.Count);
                break;
            case 3 when _inFlight is null:
                Send();
                break;
            case 4 when _inFlight is not null:
                Answer(succeeds: value % 4 != 0);
                break;
            case 5 when value % 3 == 0:
                var snapshot = _lease.GetSnapshot();
                Assert.Equal(_final.Count, _lease.Handled);
                Assert.Equal(_received.Count, _final.Count + snapshot.InFlight + snapshot.Buffered);
                break;
            case 5:
                _world.Clock.Advance(TimeSpan.FromMilliseconds(value));
                break;
        }
    }

    /// <summary>Nothing else comes, every handler returns and every commit succeeds: then all is handled and committed.</summary>
    public void FinishAndCheck()
    {
        for (var idle = false; !idle;)
        {
            idle = !_world.Manual.RunOne();
            if (_running.Count > 0)
            {
                Complete(0);
                idle = false;
            }

            if (_inFlight is null)
            {
                Send();
            }

            if (_inFlight is not null)
            {
                Answer(succeeds: true);
                idle = false;
            }
        }

        Assert.Equal(_received.Keys.Order(), _final.Order());
        Assert.Equal(_received.Keys.Order(), _world.Invoker.Offsets.Order());
        Assert.False(_lease.Commits.HasUncommitted);
        if (_received.Count > 0)
        {
            Assert.Equal(_position, Acknowledged);
        }

        Assert.Equal(Options.MaxConcurrency, _world.Manual.Free);
        Assert.Equal(0, _lease.GetSnapshot().InFlight);
        _world.Reader.AssertAllReleasedOnce();
    }

    public void Dispose() => _world.Dispose();

    private void Receive(int count, int gap, int value)
    {
        _position += gap;
        var records = _world.Reader.Range(_position, count, offset => [(byte)((offset * 7 + value) % 5)]);
        foreach (var record in records)
        {
            _received.Add(record.Offset, (_world.Reader.Key(record)[0], _batchEnds.Count));
        }

        _position += count;
        _batchEnds.Add(_position);
        _lease.Receive(records);
    }

    private ValueTask Handle(ConsumeContext context, CancellationToken cancellationToken)
    {
        var offset = context.Offset.Value;
        var (key, batch) = _received[offset];
        AssertOrder(offset, key);
        AssertAllowed(offset, key, batch);
        if (Strategy == CommitStrategy.Manual)
        {
            return new ValueTask(HandleManuallyAsync(context, offset, key));
        }

        if (_returnsAtOnce ? offset % 23 != 0 : offset % 3 == 0)
        {
            if (_returnsAtOnce && offset % 3 == 0 && _steps.TryPeek(out var step) && step.Kind is not (1 or 2))
            {
                _steps.Dequeue();
                Step(step.Kind, step.Value);
            }

            _final.Add(offset);
            return ValueTask.CompletedTask;
        }

        return new ValueTask(Run(offset, key));
    }

    private async Task HandleManuallyAsync(ConsumeContext context, long offset, byte key)
    {
        await Run(offset, key).ConfigureAwait(false);
        _ = context.CommitAsync(CancellationToken.None).AsTask();
    }

    private Task Run(long offset, byte key)
    {
        var done = new TaskCompletionSource();
        _running.Add((offset, key, done));
        return done.Task;
    }

    private void Complete(int index)
    {
        var (offset, _, done) = _running[index];
        _running.RemoveAt(index);
        _final.Add(offset);
        done.SetResult();
    }

    private void Send()
    {
        _inFlight = _lease.Commits.NextCommit();
        if (_inFlight is { } point)
        {
            Assert.True(Acknowledged is null || point.NextOffset > Acknowledged, "A commit went backwards.");
            if (Strategy != CommitStrategy.AtMostOnce)
            {
                Assert.True(point.NextOffset <= LowestOpen, $"{point.NextOffset} was to be committed, {LowestOpen} is not final.");
            }
        }
    }

    private void Answer(bool succeeds)
    {
        var point = _inFlight!.Value;
        _inFlight = null;
        if (succeeds)
        {
            Acknowledged = point.NextOffset;
            _lease.Commits.Acknowledge(point.NextOffset);
        }
    }

    private void AssertOrder(long offset, byte key)
    {
        var before = Options.Ordering switch
        {
            RecordOrdering.Partition => _received.Keys.Where(other => other < offset),
            RecordOrdering.Key => _received.Where(other => other.Key < offset && other.Value.Key == key).Select(static other => other.Key),
            _ => [],
        };
        Assert.All(before, other => Assert.Contains(other, _final));
    }

    private void AssertAllowed(long offset, byte key, int batch)
    {
        switch (Strategy)
        {
            case CommitStrategy.AtMostOnce:
                Assert.True(offset < Acknowledged, $"{offset} started before it was committed.");
                break;

            case CommitStrategy.PerRecord when Options.Ordering != RecordOrdering.None:
                var last = _final.Where(other => other < offset && (Options.Ordering == RecordOrdering.Partition || _received[other].Key == key)).DefaultIfEmpty(-1).Max();
                Assert.True(last < 0 || last < Acknowledged, $"{offset} started before {last} was committed.");
                break;

            case CommitStrategy.Sync when batch > 0:
                Assert.True(_batchEnds[batch - 1] <= Acknowledged, $"{offset} started before the batch ahead was committed.");
                break;

            case CommitStrategy.Async or CommitStrategy.Auto:
                var uncovered = _final.Count(other => other >= (Acknowledged ?? 0));
                var mayPass = Options.Ordering != RecordOrdering.Partition && offset == LowestOpen;
                Assert.True(uncovered < Options.Commit.MaxUncommitted || mayPass, $"{offset} started with {uncovered} records uncommitted.");
                break;
        }
    }
}
