using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.PlainClient;

/// <summary>The loop that people write around a plain client: subscribe, consume, handle, on a thread of its own.</summary>
internal sealed class PlainLoop : IAsyncDisposable
{
    public static readonly TimeSpan Session = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<int> _handled = new();
    private readonly Task _running;
    private volatile bool _isKilled;

    /// <param name="bootstrapServers">The cluster.</param>
    /// <param name="topic">What it consumes, from the beginning.</param>
    /// <param name="group">Its group.</param>
    /// <param name="handle">Gets each record; counted as handled when it returns. Whatever it throws ends the loop.</param>
    /// <param name="configure">Has the last word on its settings; auto commit is off.</param>
    /// <param name="revoked">The rebalance listener; null for none.</param>
    /// <param name="closing">What is done between the last record and the close; null for nothing.</param>
    public PlainLoop(
        string bootstrapServers,
        string topic,
        string group,
        Action<IConsumer<byte[]?, byte[]?>, ConsumeResult<byte[]?, byte[]?>> handle,
        Action<ConsumerConfig>? configure = null,
        Action<IConsumer<byte[]?, byte[]?>, List<TopicPartitionOffset>>? revoked = null,
        Action<IConsumer<byte[]?, byte[]?>>? closing = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            SessionTimeoutMs = (int)Session.TotalMilliseconds,
            HeartbeatIntervalMs = 200,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        };
        configure?.Invoke(config);
        var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetPartitionsRevokedHandler((Action<IConsumer<byte[]?, byte[]?>, List<TopicPartitionOffset>>)((consumer, positions) => revoked?.Invoke(consumer, positions)))
            .SetLogHandler(static (_, _) => { })
            .Build();
        Consumer = consumer;
        _running = Task.Factory.StartNew(() => Run(topic, handle, closing), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public IConsumer<byte[]?, byte[]?> Consumer { get; }

    /// <summary>The numbers of the records that it has handled, in order.</summary>
    public IReadOnlyList<int> Handled => [.. _handled];

    /// <summary>What its handler threw.</summary>
    public Exception? Failure { get; private set; }

    public int Owned => Consumer.Assignment.Count;

    public void WaitUntilHandled(int count) => Wait.Until(() => _handled.Count >= count);

    /// <summary>The loop's handler threw, and its client is closed.</summary>
    public async Task WaitUntilDeadAsync()
    {
        await _running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.NotNull(Failure);
    }

    /// <summary>Wakes the loop and closes the client, which leaves the group.</summary>
    public Task StopAsync()
    {
        _stop.Cancel();
        return _running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it as a kill does: the client is destroyed and the group learns nothing.</summary>
    public Task KillAsync()
    {
        _isKilled = true;
        return StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private void Run(string topic, Action<IConsumer<byte[]?, byte[]?>, ConsumeResult<byte[]?, byte[]?>> handle, Action<IConsumer<byte[]?, byte[]?>>? closing)
    {
        try
        {
            Consumer.Subscribe(topic);
            while (true)
            {
                var record = Consumer.Consume(_stop.Token);
                handle(Consumer, record);
                _handled.Enqueue(TestProducer.NumberOf(record));
            }
        }
        catch (OperationCanceledException)
        {
            // Woken to stop.
        }
        catch (Exception exception)
        {
            Failure = exception;
        }

        if (!_isKilled)
        {
            closing?.Invoke(Consumer);
            Consumer.Close();
        }

        Consumer.Dispose();
    }
}
