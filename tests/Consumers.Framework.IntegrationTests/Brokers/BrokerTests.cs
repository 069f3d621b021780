using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>
/// Tests that run on any broker. Write them in an abstract class that derives from this one; one sealed class for each broker derives from
/// that, takes <see cref="TestBrokers"/> and has no body:
/// <c>public sealed class RealKafkaCommitTests(TestBrokers brokers) : CommitTests(brokers.Real);</c>
/// </summary>
public abstract class BrokerTests(KafkaBroker broker, BrokerCapabilities required = BrokerCapabilities.None) : StartedBrokerTests(broker, required)
{
    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            WatchedSources.Forget();
        }

        WatchedSources.AssertNothingIsPinned();
        GC.SuppressFinalize(this);
    }
}
