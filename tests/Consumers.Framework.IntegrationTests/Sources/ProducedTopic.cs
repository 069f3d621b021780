using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>What was written to a topic, in order, and what of it was committed.</summary>
internal sealed class ProducedTopic(string name, int partitions)
{
    private readonly Dictionary<int, List<(RecordHash Content, long Timestamp, bool Committed)>> _records =
        Enumerable.Range(0, partitions).ToDictionary(static partition => partition, static _ => new List<(RecordHash, long, bool)>());

    public string Name => name;

    public int Partitions => partitions;

    public int Count => _records.Values.Sum(static records => records.Count);

    /// <summary>Produces generated records; they are acknowledged when the producer is flushed.</summary>
    public void Produce(IProducer<byte[]?, byte[]?> producer, RecordGenerator generator, int count, bool committed = true)
    {
        for (var index = 0; index < count; index++)
        {
            var message = generator.Next();
            var partition = generator.Partition(partitions);
            _records[partition].Add((RecordHash.Of(message), message.Timestamp.UnixTimestampMs, committed));
            while (true)
            {
                try
                {
                    producer.Produce(new TopicPartition(name, partition), message);
                    break;
                }
                catch (ProduceException<byte[]?, byte[]?> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Flush(TestContext.Current.CancellationToken);
                }
            }
        }
    }

    /// <summary>Produces records of one size, whose bytes differ everywhere.</summary>
    public void ProduceBig(IProducer<byte[]?, byte[]?> producer, int size, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var value = new byte[size];
            new Random(index).NextBytes(value);
            var message = new Message<byte[]?, byte[]?> { Key = [(byte)index], Value = value, Timestamp = new Timestamp(1_000L + index, TimestampType.CreateTime) };
            _records[index % partitions].Add((RecordHash.Of(message), message.Timestamp.UnixTimestampMs, true));
            producer.Produce(new TopicPartition(name, index % partitions), message);
        }
    }

    /// <summary>Fails unless the records are those that were written, in order, in content and (where the producer gave it) in time.</summary>
    public void AssertIs(ReadTopic read, IsolationLevel level, bool logAppendTime)
    {
        foreach (var (partition, written) in _records)
        {
            var expected = written.Where(record => record.Committed || level == IsolationLevel.ReadUncommitted).ToList();
            var actual = read.Records[partition];
            Assert.Equal(expected.Count, actual.Count);
            for (var index = 0; index < expected.Count; index++)
            {
                var same = expected[index].Content == actual[index].Content
                    && actual[index].Timestamp.Type == (logAppendTime ? TimestampType.LogAppendTime : TimestampType.CreateTime)
                    && (logAppendTime || expected[index].Timestamp == actual[index].Timestamp.UnixTimestampMs);
                if (!same)
                {
                    Assert.Fail($"{name}[{partition}] record {index} at offset {actual[index].Offset} is not what was written: {expected[index]}, read {actual[index]}.");
                }
            }
        }
    }
}
