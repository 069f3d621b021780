namespace Consumers.Framework.IntegrationTests.Brokers;

/// <inheritdoc/>
public sealed class ExternalBrokerTests(TestBrokers brokers) : KafkaBrokerTests(brokers.External);
