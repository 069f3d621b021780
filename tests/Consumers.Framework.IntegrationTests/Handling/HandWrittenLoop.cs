using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Handling;

/// <summary>
/// The loop that people write: it takes a batch, works through it, commits, and comes round to the next poll then. The control arm of
/// measurements; it has a thread of its own.
/// </summary>
internal sealed class HandWrittenLoop : IDisposable
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(50);

    private readonly IConsumer<Ignore, byte[]> _consumer;
    private readonly int _batch;
    private readonly TimeSpan _each;
    private readonly Thread _thread;
    private volatile int _batches;
    private volatile int _owned;
    private volatile bool _isStopping;

    public HandWrittenLoop(ConsumerConfig config, string topic, int batch, TimeSpan each)
    {
        _batch = batch;
        _each = each;
        _consumer = new ConsumerBuilder<Ignore, byte[]>(config)
            .SetPartitionsAssignedHandler((Action<IConsumer<Ignore, byte[]>, List<TopicPartition>>)((_, partitions) => _owned = partitions.Count))
            .SetPartitionsRevokedHandler((Action<IConsumer<Ignore, byte[]>, List<TopicPartitionOffset>>)((_, _) => _owned = 0))
            .Build();
        _consumer.Subscribe(topic);
        _thread = new Thread(Run) { IsBackground = true, Name = "hand-written loop" };
        _thread.Start();
    }

    /// <summary>How many partitions it owns, under an eager assignor.</summary>
    public int Owned => _owned;

    /// <summary>How many full batches it has begun to work through.</summary>
    public int Batches => _batches;

    /// <summary>It leaves its group when it has worked through its batch.</summary>
    public void RequestStop() => _isStopping = true;

    public void Dispose()
    {
        RequestStop();
        _thread.Join();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            var taken = Take();
            if (taken == _batch)
            {
                _batches++;
            }

            for (var record = 0; record < taken; record++)
            {
                TestContext.Current.CancellationToken.WaitHandle.WaitOne(_each);
            }

            if (taken > 0)
            {
                Commit();
            }
        }

        _consumer.Close();
        _consumer.Dispose();
    }

    private int Take()
    {
        var taken = 0;
        while (taken < _batch && _consumer.Consume(PollTime) is not null)
        {
            taken++;
        }

        return taken;
    }

    private void Commit()
    {
        try
        {
            _consumer.Commit();
        }
        catch (KafkaException)
        {
            // It is late: the group has gone on without it. Such a loop repeats its batch then.
        }
    }
}
