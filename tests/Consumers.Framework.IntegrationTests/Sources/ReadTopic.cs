using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>Everything that a source delivers of a topic, and where it says that the partitions end.</summary>
internal sealed record ReadTopic(Dictionary<int, List<ReadRecord>> Records, Dictionary<int, long> Ends)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public int Count => Records.Values.Sum(static records => records.Count);

    /// <summary>Reads until every partition has said that it is at its end, and gives every record back.</summary>
    public static ReadTopic From(PollingSource source, string bootstrapServers, string topic, int partitions, IsolationLevel level, Action<KafkaConsumerOptions>? configure = null)
    {
        var records = Enumerable.Range(0, partitions).ToDictionary(static partition => partition, static _ => new List<ReadRecord>());
        var ends = new Dictionary<int, long>();
        var startedAt = TimeProvider.System.GetTimestamp();
        var probe = new SourceProbe(source, bootstrapServers, options =>
        {
            options.IsolationLevel = level;
            configure?.Invoke(options);
        });
        using (probe)
        {
            probe.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
            while (ends.Count < partitions)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < Limit, $"{source} has read {records.Values.Sum(static read => read.Count)} records of {topic} and {ends.Count} ends.");
                probe.Poll(
                    TimeSpan.FromMilliseconds(100),
                    (partition, record) =>
                    {
                        Assert.Equal(topic, partition.Topic);
                        records[partition.Partition.Value].Add(probe.Read(record));
                    },
                    end => ends[end.Partition.Value] = end.Offset.Value);
            }
        }

        Assert.Empty(probe.Errors);
        if (probe.Reader is NativeRecordReader reader)
        {
            Assert.Equal(records.Values.Sum(static read => read.Count), reader.HandedOut);
            Assert.Equal(reader.HandedOut, reader.Released);
        }

        return new ReadTopic(records, ends);
    }

    /// <summary>Fails at the first record that is not the same in both.</summary>
    public void AssertSame(ReadTopic other, string what)
    {
        foreach (var (partition, mine) in Records)
        {
            var theirs = other.Records[partition];
            for (var index = 0; index < Math.Min(mine.Count, theirs.Count); index++)
            {
                if (mine[index] != theirs[index])
                {
                    Assert.Fail($"{what}, partition {partition}, record {index}: {mine[index]} is not {theirs[index]}.");
                }
            }

            Assert.Equal(mine.Count, theirs.Count);
        }

        Assert.Equal(Ends.OrderBy(static end => end.Key), other.Ends.OrderBy(static end => end.Key));
    }
}
