namespace Consumers.Framework.IntegrationTests.Brokers;

/// <inheritdoc/>
public sealed class TestcontainersBrokerTests(TestBrokers brokers) : KafkaBrokerTests(brokers.Testcontainers);
