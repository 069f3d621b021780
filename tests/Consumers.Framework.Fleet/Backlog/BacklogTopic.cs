using Confluent.Kafka;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>The backlog: records of 100 bytes, spread evenly.</summary>
internal static class BacklogTopic
{
    /// <summary>Its name.</summary>
    public const string Name = "backlog";

    private const int RecordSize = 100;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <exception cref="InvalidOperationException">The broker does not take the records.</exception>
    public static void Fill(string bootstrapServers, long recordsOfPartition)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            LingerMs = 50,
            BatchNumMessages = 10_000,
            EnableDeliveryReports = false,
            QueueBufferingMaxMessages = 400_000,
            QueueBufferingMaxKbytes = 512 * 1024,
        }).Build();
        var message = new Message<Null, byte[]> { Value = new byte[RecordSize] };
        TopicPartition[] partitions = [.. Enumerable.Range(0, BacklogOptions.Partitions).Select(static partition => new TopicPartition(Name, partition))];
        for (var number = 0L; number < recordsOfPartition * partitions.Length; number++)
        {
            Produce(producer, partitions[number % partitions.Length], message);
        }

        if (producer.Flush(Timeout) > 0)
        {
            throw new InvalidOperationException("The broker does not take the backlog.");
        }
    }

    private static void Produce(IProducer<Null, byte[]> producer, TopicPartition partition, Message<Null, byte[]> message)
    {
        while (true)
        {
            try
            {
                producer.Produce(partition, message);
                return;
            }
            catch (ProduceException<Null, byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(10));
            }
        }
    }
}
