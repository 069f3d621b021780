using Consumers.Framework.Fleet.Running;
using Consumers.Framework.TestKit.Brokers;

namespace Consumers.Framework.Fleet.Tests;

/// <summary>The broker of the fleet's runs; the tests are skipped, with the reason, where there is none.</summary>
public sealed class RealKafkaFleet : IAsyncLifetime
{
    private FleetBroker? _broker;
    private string? _reason;

    internal FleetBroker Broker
    {
        get
        {
            Assert.SkipWhen(_reason is not null, $"RealKafka: {_reason}");
            return _broker!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _reason = await KafkaDistribution.FindReasonAgainstAsync();
        if (_reason is null)
        {
            _broker = await FleetBroker.StartAsync(RunSettings.DefaultSession);
        }
        else if (Environment.GetEnvironmentVariable("KAFKA_TESTS_REQUIRE_REAL") == "1")
        {
            throw new InvalidOperationException($"RealKafka is required (KAFKA_TESTS_REQUIRE_REAL=1): {_reason}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }
}
