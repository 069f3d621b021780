using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>A cluster that is there already, named by <c>KAFKA_BOOTSTRAP_SERVERS</c>. Tests leave topics with names of their own on it.</summary>
public sealed class ExternalBroker : KafkaBroker
{
    private const string Variable = "KAFKA_BOOTSTRAP_SERVERS";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string Name => "External";

    /// <inheritdoc/>
    public override BrokerCapabilities Capabilities =>
        BrokerCapabilities.Transactions | BrokerCapabilities.StaticMembership | BrokerCapabilities.EagerCommitInRevoke
        | BrokerCapabilities.AdminApi | BrokerCapabilities.TimeLookup | BrokerCapabilities.LargeData;

    /// <inheritdoc/>
    protected override Task<string?> FindReasonAgainstAsync()
    {
        var servers = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(servers))
        {
            return Task.FromResult<string?>($"{Variable} is not set.");
        }

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).SetLogHandler((_, _) => { }).Build();
        try
        {
            admin.GetMetadata(AnswerTimeout);
            return Task.FromResult<string?>(null);
        }
        catch (KafkaException e)
        {
            return Task.FromResult<string?>($"the brokers of {Variable} do not answer: {e.Error.Reason}.");
        }
    }

    /// <inheritdoc/>
    protected override Task<string> StartAsync() => Task.FromResult(Environment.GetEnvironmentVariable(Variable)!);

    /// <inheritdoc/>
    protected override ValueTask StopAsync() => ValueTask.CompletedTask;
}
