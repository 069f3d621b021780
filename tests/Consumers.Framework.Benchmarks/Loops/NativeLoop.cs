using System.Diagnostics;
using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Native;

namespace Consumers.Framework.Benchmarks.Loops;

/// <summary>
/// The native ceiling: a bare loop over batches with the framework's client settings, that looks at each message and destroys it. What
/// consumes through this client cannot do less.
/// </summary>
/// <param name="BatchSize">The most messages of one call.</param>
/// <param name="SyncCommit">Commits synchronously after every batch, instead of asynchronously every 200 ms.</param>
internal sealed record NativeLoop(int BatchSize, bool SyncCommit)
{
    private static readonly TimeSpan CommitInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(50);

    /// <summary>Client settings that are other than the framework's.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>Consumes the target's records and leaves the group.</summary>
    public void Run<TVisitor>(ArmTarget target, TVisitor visitor, Action? onAssigned = null)
        where TVisitor : struct, IRecordVisitor
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(ClientConfigurations.ForLoop(target, tuned: true, Client))
            .SetPartitionsAssignedHandler((Action<IConsumer<Ignore, Ignore>, List<TopicPartition>>)((_, _) => onAssigned?.Invoke()))
            .Build();
        consumer.Subscribe(target.Topic);
        using (var native = new NativeConsumer(consumer.Handle))
        {
            var messages = new nint[BatchSize];
            var next = new long[target.Partitions];
            var committedAt = Stopwatch.GetTimestamp();
            for (long handled = 0; handled < target.Records;)
            {
                var count = native.Poll(messages, PollTimeout);
                Handle(native, messages.AsSpan(0, count), next, visitor);
                handled += count;
                if (count > 0 && (SyncCommit || Stopwatch.GetElapsedTime(committedAt) > CommitInterval))
                {
                    native.Commit(target.Topic, next, wait: SyncCommit);
                    committedAt = Stopwatch.GetTimestamp();
                }
            }

            native.Commit(target.Topic, next, wait: true);
        }

        consumer.Close();
    }

    private static void Handle<TVisitor>(NativeConsumer native, ReadOnlySpan<nint> messages, long[] next, TVisitor visitor)
        where TVisitor : struct, IRecordVisitor
    {
        foreach (var pointer in messages)
        {
            ref readonly var message = ref NativeConsumer.Read(pointer);
            if (message.Error != 0)
            {
                throw new KafkaException((ErrorCode)message.Error);
            }

            visitor.Visit(message.Value);
            next[message.Partition] = message.Offset + 1;
            native.Destroy(pointer);
        }
    }
}
