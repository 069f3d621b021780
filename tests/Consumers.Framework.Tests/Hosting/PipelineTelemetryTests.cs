using Consumers.Framework.Configuration;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Polly;
using Polly.Registry;
using Polly.Telemetry;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What Polly itself logs about a named pipeline.</summary>
public sealed class PipelineTelemetryTests
{
    [Fact]
    public async Task Run_RecordsThatSucceed_NothingOfPollyIsLogged()
    {
        await using var host = Patient();
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 20);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 20);

        Assert.Empty(OfPolly(host));
    }

    [Fact]
    public async Task Run_RecordThatFails_EachAttemptIsSaidOnceWithItsStackTrace()
    {
        await using var host = Patient();
        host.Probe.Handler = static (_, _) => throw new InvalidOperationException("poison");
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);

        Assert.Empty(OfPolly(host));
        Assert.Equal(
            [EventIds.AttemptFailed, EventIds.AttemptFailed, EventIds.AttemptFailed, EventIds.RecordSkipped],
            host.Logs.GetSnapshot().Where(static record => record.Exception is not null).Select(static record => record.Id.Id));
    }

    [Fact]
    public async Task Run_PollyIsAskedForDebug_ItTellsEverything()
    {
        await using var host = Patient();
        host.Services.AddLogging(static logging => logging.AddFilter("Polly", LogLevel.Debug));
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);

        Assert.Equal(["StrategyExecuting", "ExecutionAttempt", "StrategyExecuted"], OfPolly(host).Select(static record => record.Id.Name));
        Assert.All(OfPolly(host), static record => Assert.Equal(LogLevel.Debug, record.Level));
    }

    /// <summary>A circuit that opens is a state, which no entry of the consumer tells.</summary>
    [Fact]
    public async Task Run_CircuitOpens_IsStillLogged()
    {
        await using var host = ConsumerHost.OfOrders(static options => (options.Failures.Pipeline, options.Failures.WhenExhausted) = ("breaking", ExhaustedPolicy.Skip));
        host.Services.AddResiliencePipeline("breaking", static builder => builder.AddCircuitBreaker(new() { FailureRatio = 0.5, MinimumThroughput = 2 }));
        host.Probe.Handler = static (_, _) => throw new InvalidOperationException("away");
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 3);
        host.UntilLogged(EventIds.AttemptRefused);

        Assert.Contains("OnCircuitOpened", Assert.Single(OfPolly(host)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OtherExecutionsOfTheSamePipeline_AreLoggedAsPollyDoes()
    {
        await using var host = Patient();
        await host.StartAssignedAsync();

        host.Host.Services.GetRequiredService<ResiliencePipelineProvider<string>>().GetPipeline("patient").Execute(static () => { });

        Assert.Equal(["ExecutionAttempt", "StrategyExecuted"], OfPolly(host).Select(static record => record.Id.Name));
        Assert.All(OfPolly(host), static record => Assert.Equal(LogLevel.Information, record.Level));
    }

    [Fact]
    public async Task Run_ApplicationHasASeverityProvider_ItDecides()
    {
        await using var host = Patient();
        host.Services.Configure<TelemetryOptions>(static options => options.SeverityProvider = static _ => ResilienceEventSeverity.Warning);
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);

        Assert.NotEmpty(OfPolly(host));
        Assert.All(OfPolly(host), static record => Assert.Equal(LogLevel.Warning, record.Level));
    }

    private static ConsumerHost Patient()
    {
        var host = ConsumerHost.OfOrders(static options => (options.Failures.Pipeline, options.Failures.WhenExhausted) = ("patient", ExhaustedPolicy.Skip));
        host.Services.AddResiliencePipeline("patient", static builder => builder.AddRetry(new() { MaxRetryAttempts = 2, Delay = TimeSpan.Zero }));
        return host;
    }

    private static IReadOnlyList<FakeLogRecord> OfPolly(ConsumerHost host) => [.. host.Logs.GetSnapshot().Where(static record => record.Category == "Polly")];
}
