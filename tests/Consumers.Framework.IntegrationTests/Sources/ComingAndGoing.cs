using Confluent.Kafka;
using GroupProtocol = Confluent.Kafka.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>
/// Another member of a group, which joins and leaves with one and the same client: each new client would leave memory in the allocator's
/// free lists. It commits nothing. Its client belongs to its thread.
/// </summary>
internal sealed class ComingAndGoing : IDisposable
{
    private readonly IConsumer<Ignore, Ignore> _client;
    private readonly IReadOnlyList<string> _topics;
    private readonly Thread _thread;
    private volatile bool _isWanted;
    private volatile bool _ends;
    private volatile int _owned;

    public ComingAndGoing(string bootstrapServers, IReadOnlyList<string> topics, string group)
    {
        _topics = topics;
        _client = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = group,
            GroupProtocol = GroupProtocol.Consumer,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            QueuedMinMessages = 1_000,
            FetchQueueBackoffMs = 10,
        }).Build();
        _thread = new Thread(Run) { IsBackground = true, Name = "other member" };
        _thread.Start();
    }

    /// <summary>How many partitions it has.</summary>
    public int Owned => _owned;

    public void Join() => _isWanted = true;

    public void Leave() => _isWanted = false;

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
    }

    private void Run()
    {
        var isMember = false;
        while (!_ends)
        {
            if (isMember != _isWanted)
            {
                isMember = _isWanted;
                if (isMember)
                {
                    _client.Subscribe(_topics);
                }
                else
                {
                    _client.Unsubscribe();
                }
            }

            try
            {
                _client.Consume(TimeSpan.FromMilliseconds(10));
            }
            catch (ConsumeException)
            {
                // Its records are not what the test is about.
            }

            _owned = _client.Assignment.Count;
        }

        _client.Close();
        _client.Dispose();
    }
}
