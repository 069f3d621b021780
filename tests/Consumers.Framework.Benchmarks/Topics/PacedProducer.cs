using System.Diagnostics;
using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Topics;

/// <summary>Produces records at a steady pace, each with the time at which it was produced, in turn over the partitions.</summary>
internal sealed class PacedProducer(string bootstrapServers, string topic, int partitions, int size)
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the last record is acknowledged. Blocks its thread.</summary>
    public void Run(long records, double recordsPerSecond)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            LingerMs = 0,
            Acks = Acks.Leader,
            EnableDeliveryReports = false,
        }).Build();
        var message = new Message<Null, byte[]> { Value = new byte[size] };
        var begin = Stopwatch.GetTimestamp();
        for (var number = 0L; number < records; number++)
        {
            var early = TimeSpan.FromSeconds(number / recordsPerSecond) - Stopwatch.GetElapsedTime(begin);
            if (early > TimeSpan.Zero)
            {
                Thread.Sleep(early);
            }

            LatencyLog.Stamp(message.Value);
            producer.Produce(new TopicPartition(topic, (int)(number % partitions)), message);
        }

        producer.Flush(FlushTimeout);
    }
}
