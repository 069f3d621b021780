[assembly: AssemblyFixture(typeof(Consumers.Framework.IntegrationTests.Brokers.TestBrokers))]

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>
/// Every broker that tests run on, for the whole run. A class of tests takes this as the argument of its constructor and gives
/// one of them to its base class, see <see cref="BrokerTests"/>.
/// </summary>
public sealed class TestBrokers : IAsyncDisposable
{
    /// <summary>librdkafka's mock brokers: everywhere, and with gaps.</summary>
    public EmbeddedBroker Embedded { get; } = new();

    /// <summary>Apache Kafka from <c>KAFKA_HOME</c>.</summary>
    public RealKafkaBroker Real { get; } = new();

    /// <summary>Another one, for the tests of groups and of handlers.</summary>
    public RealKafkaBroker OfGroups { get; } = new();

    /// <summary>Another one, for the tests of leases: some freeze it or come through a proxy.</summary>
    public RealKafkaBroker OfLeases { get; } = new();

    /// <summary>Another one, for the tests of whole processes, whose members have short sessions.</summary>
    public RealKafkaBroker OfProcesses { get; } = new();

    /// <summary>Another one, for <see cref="Processes.HungBrokerTests"/>, which freeze and kill it.</summary>
    public RealKafkaBroker Hung { get; } = new();

    /// <summary>Apache Kafka in a container.</summary>
    public TestcontainersBroker Testcontainers { get; } = new();

    /// <summary>The cluster of <c>KAFKA_BOOTSTRAP_SERVERS</c>.</summary>
    public ExternalBroker External { get; } = new();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (KafkaBroker broker in new KafkaBroker[] { Embedded, Real, OfGroups, OfLeases, OfProcesses, Hung, Testcontainers, External })
        {
            await broker.DisposeAsync();
        }
    }
}
