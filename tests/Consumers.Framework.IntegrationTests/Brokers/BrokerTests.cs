using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>
/// Tests that run on any broker. Write them in an abstract class that derives from this one; one sealed class for each broker derives from
/// that, takes <see cref="TestBrokers"/> and has no body:
/// <c>public sealed class RealKafkaCommitTests(TestBrokers brokers) : CommitTests(brokers.Real);</c>
/// </summary>
public abstract class BrokerTests(KafkaBroker broker, BrokerCapabilities required = BrokerCapabilities.None) : IAsyncLifetime
{
    /// <summary>The broker; started before the test.</summary>
    protected KafkaBroker Broker => broker;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync() => await broker.SkipIfUnavailableAsync(required);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            broker.KeepEvidence();
            WatchedSources.Forget();
        }

        WatchedSources.AssertNothingIsPinned();

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Skips the running test where the broker lacks something.</summary>
    protected Task RequireAsync(BrokerCapabilities capabilities) => broker.SkipIfUnavailableAsync(capabilities);
}
