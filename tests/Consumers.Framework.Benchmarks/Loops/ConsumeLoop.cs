using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Arms;

namespace Consumers.Framework.Benchmarks.Loops;

/// <summary>The loop that people write by hand, with care: an offset is stored or committed only after its record was handled.</summary>
/// <param name="Tuned">With the framework's client settings and no more fields than the loop needs, instead of the client's defaults.</param>
/// <param name="StoreEvery">After how many records offsets are stored, for the client's auto commit every 200 ms; 0: they are not.</param>
/// <param name="CommitEvery">After how many records offsets are committed, synchronously; 0: never.</param>
internal sealed record ConsumeLoop(bool Tuned, int StoreEvery, int CommitEvery)
{
    private const int AutoCommitIntervalMs = 200;

    /// <summary>Consumes the target's records and leaves the group.</summary>
    public void Run<TVisitor>(ArmTarget target, TVisitor visitor, Action? onAssigned = null)
        where TVisitor : struct, IRecordVisitor
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(Configure(target))
            .SetPartitionsAssignedHandler((Action<IConsumer<Ignore, byte[]>, List<TopicPartition>>)((_, _) => onAssigned?.Invoke()))
            .Build();
        consumer.Subscribe(target.Topic);
        var pending = new ConsumeResult<Ignore, byte[]>?[target.Partitions];
        for (long handled = 1; handled <= target.Records; handled++)
        {
            var result = consumer.Consume(CancellationToken.None);
            visitor.Visit(result.Message.Value);
            if (StoreEvery == 1)
            {
                consumer.StoreOffset(result);
                continue;
            }

            pending[result.Partition.Value] = result;
            if (StoreEvery > 0 && (handled % StoreEvery == 0 || handled == target.Records))
            {
                Take(pending).ForEach(consumer.StoreOffset);
            }
            else if (CommitEvery > 0 && (handled % CommitEvery == 0 || handled == target.Records))
            {
                consumer.Commit(Take(pending).Select(static last => new TopicPartitionOffset(last.TopicPartition, last.Offset + 1)));
            }
        }

        consumer.Close();
    }

    private static List<ConsumeResult<Ignore, byte[]>> Take(ConsumeResult<Ignore, byte[]>?[] pending)
    {
        List<ConsumeResult<Ignore, byte[]>> taken = [.. pending.OfType<ConsumeResult<Ignore, byte[]>>()];
        Array.Clear(pending);
        return taken;
    }

    private ConsumerConfig Configure(ArmTarget target)
    {
        var config = ClientConfigurations.ForLoop(target, Tuned);
        if (StoreEvery > 0)
        {
            config.EnableAutoCommit = true;
            config.AutoCommitIntervalMs = AutoCommitIntervalMs;
        }

        if (Tuned)
        {
            config.ConsumeResultFields = "topic";
        }

        return config;
    }
}
