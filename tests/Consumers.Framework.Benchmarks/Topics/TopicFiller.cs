using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Brokers;
using Consumers.Framework.Benchmarks.Reports;

namespace Consumers.Framework.Benchmarks.Topics;

/// <summary>Makes topics and fills them, each content once, in batches of up to 10,000 records.</summary>
internal sealed class TopicFiller(BenchmarkBroker broker)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly HashSet<string> _filled = [];

    /// <returns>The topic's name.</returns>
    /// <exception cref="InvalidOperationException">The broker does not hold what was produced.</exception>
    public async Task<string> FillAsync(TopicContent content)
    {
        var topic = content.TopicName;
        if (_filled.Add(topic))
        {
            Progress.Say($"{broker.Name}: filling {topic}");
            await broker.CreateTopicAsync(topic, content.Partitions);
            await Task.Run(() => Produce(content));
            Check(content);
        }

        return topic;
    }

    private void Produce(TopicContent content)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            CompressionType = broker.Compression,
            LingerMs = 50,
            BatchNumMessages = 10_000,
            EnableDeliveryReports = false,
            MessageTimeoutMs = (int)Timeout.TotalMilliseconds,
            QueueBufferingMaxMessages = 200_000,
            QueueBufferingMaxKbytes = 256 * 1024,
        }).Build();
        var messages = Payloads.Create(content.Size).Select(static value => new Message<Null, byte[]> { Value = value }).ToArray();
        var partitions = Enumerable.Range(0, content.Partitions).Select(partition => new TopicPartition(content.TopicName, partition)).ToArray();
        for (var number = 0L; number < content.Records; number++)
        {
            Produce(producer, partitions[number % partitions.Length], messages[number % messages.Length]);
        }

        producer.Flush(Timeout);
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

    /// <summary>An embedded broker drops what it has no room for, silently: the offsets say what is there.</summary>
    private void Check(TopicContent content)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = "none" }).Build();
        var held = Enumerable.Range(0, content.Partitions)
            .Select(partition => consumer.QueryWatermarkOffsets(new TopicPartition(content.TopicName, partition), Timeout))
            .ToList();
        if (held.Any(static offsets => offsets.Low > 0) || held.Sum(static offsets => offsets.High) != content.Records)
        {
            throw new InvalidOperationException(
                $"The {broker.Name} broker holds {held.Sum(static offsets => offsets.High - offsets.Low)} of the {content.Records} records of {content.TopicName}: " +
                "use fewer (--records); the embedded broker keeps 5 MiB of a partition.");
        }
    }
}
