using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.TestKit.Records;

/// <summary>Produces numbered records: value and header <c>number</c> are the number as text, and so is the key.</summary>
public static class TestProducer
{
    private const string NumberHeader = "number";

    /// <summary>A producer for a test's own records.</summary>
    public static IProducer<byte[]?, byte[]?> Build(string bootstrapServers, Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = bootstrapServers, LingerMs = 1, MessageTimeoutMs = 30_000, Acks = Acks.All };
        configure?.Invoke(config);
        return new ProducerBuilder<byte[]?, byte[]?>(config).Build();
    }

    /// <summary>
    /// Produces the numbers <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> - 1, in turn over the topic's
    /// partitions (or to one), and returns when the broker has acknowledged all of them.
    /// </summary>
    public static async Task<IReadOnlyList<TopicPartitionOffset>> ProduceAsync(
        string bootstrapServers, string topic, int count, int first = 0, int? partition = null)
    {
        using var producer = Build(bootstrapServers);
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        var partitions = partition is null ? admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions.Count : 1;
        var deliveries = new List<Task<DeliveryResult<byte[]?, byte[]?>>>(count);
        for (var number = first; number < first + count; number++)
        {
            deliveries.Add(producer.ProduceAsync(
                new TopicPartition(topic, partition ?? (number % partitions)), Message(number), TestContext.Current.CancellationToken));
        }

        return [.. (await Task.WhenAll(deliveries)).Select(delivery => delivery.TopicPartitionOffset)];
    }

    /// <summary>The record of a number.</summary>
    public static Message<byte[]?, byte[]?> Message(int number)
    {
        var text = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        return new Message<byte[]?, byte[]?> { Key = text, Value = text, Headers = new Headers { { NumberHeader, text } } };
    }

    /// <summary>The number of a record.</summary>
    public static int NumberOf(ConsumeResult<byte[]?, byte[]?> record) => NumberOf(record.Message.Value);

    /// <summary>The number in a record's headers.</summary>
    public static int NumberOf(Headers headers) => NumberOf(headers.GetLastBytes(NumberHeader));

    /// <summary>The number that a value stands for.</summary>
    public static int NumberOf(ReadOnlySpan<byte> value) => int.Parse(value, CultureInfo.InvariantCulture);
}
