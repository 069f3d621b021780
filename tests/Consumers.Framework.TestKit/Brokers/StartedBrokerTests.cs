namespace Consumers.Framework.TestKit.Brokers;

/// <summary>
/// Tests that run on one broker. It is started before the first of them; they are skipped where it cannot be, or lacks something that they
/// need.
/// </summary>
public abstract class StartedBrokerTests(KafkaBroker broker, BrokerCapabilities required = BrokerCapabilities.None) : IAsyncLifetime
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
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Skips the running test where the broker lacks something.</summary>
    protected Task RequireAsync(BrokerCapabilities capabilities) => broker.SkipIfUnavailableAsync(capabilities);
}
