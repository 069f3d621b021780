using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Tests.Decoding;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Polling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Polly;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What is registered wrongly is reported at start, with what is configured wrongly, before any service of the host starts.</summary>
public sealed class RegistrationCheckTests
{
    [Fact]
    public async Task StartAsync_SeveralFaultsOfSeveralConsumers_ReportsAllAtOnce()
    {
        await using var host = new ConsumerHost().Section("empty").Section("opaque").Section("homeless").Section("retried").Section("wrong");
        var others = new OtherService();
        host.Services.AddSingleton<IHostedService>(others);
        host.Services.AddKafkaConsumer("empty");
        host.Services.AddKafkaConsumer<UnlistedHandler>("opaque").UseJson(OrderContext.Default);
        host.Services.AddKafkaConsumer<HomelessHandler>("homeless");
        host.Services.AddSingleton<HomelessHandler>();
        host.Services.AddKafkaConsumer<RawHandler>("retried", static options => options.Failures.Pipeline = "patient");
        host.Services.AddKafkaConsumer<RawHandler>("wrong", static options => options.Workers = 0);

        var failures = await FailuresOf(host);

        Assert.Equal(
            [
                "AddKafkaConsumer(\"empty\") = no handler: there is nothing to give its records to; register it as AddKafkaConsumer<THandler>(\"empty\"), "
                + "or add handlers with Handle<THandler>()",
                $"AddKafkaConsumer(\"opaque\") = {typeof(UnlistedHandler)}: nothing decodes values of type {typeof(Unlisted)}: there is no deserializer of it, "
                + "and the JSON options have no contract for it; give UseJson a JsonSerializerContext that lists the type, or UseDeserializer a deserializer of it",
                $"AddKafkaConsumer(\"homeless\") = {typeof(HomelessHandler)}: the handler is a singleton and cannot be made: Unable to resolve service for type "
                + $"'{typeof(HomelessHandler.IHome)}' while attempting to activate '{typeof(HomelessHandler)}'; register what its constructor needs, or see to what it throws",
                "Kafka:Consumers:retried:Failures:Pipeline = patient: no resilience pipeline has that name; register one with "
                + "services.AddResiliencePipeline(\"patient\", ...), or remove the key",
                "Kafka:Consumers:wrong:Workers = 0: is out of range; set it to 1 to 256 (default 1)",
            ],
            failures);
        Assert.False(others.WasStarted);
        Assert.Equal(0, host.Sources.Calls);
    }

    [Fact]
    public async Task StartAsync_PipelineCannotBeBuilt_SaysWhy()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Failures.Pipeline = "patient");
        host.Services.AddResiliencePipeline("patient", static _ => throw new InvalidOperationException("no patience."));

        Assert.Equal(
            ["Kafka:Consumers:orders:Failures:Pipeline = patient: the resilience pipeline cannot be built: no patience; see to what AddResiliencePipeline configures"],
            await FailuresOf(host));
    }

    [Fact]
    public async Task StartAsync_PipelineIsRegistered_RunsIt()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Failures.Pipeline = "patient");
        host.Services.AddResiliencePipeline("patient", static builder => builder.AddRetry(new() { MaxRetryAttempts = 2, Delay = TimeSpan.Zero }));
        host.Probe.Handler = static (context, _) => context.Attempt < 3 ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask;
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 1);

        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        Assert.Equal(3, host.Probe.Calls.Count);
    }

    [Fact]
    public async Task StartAsync_SingletonThrowsAnExceptionWhoseMessageThrows_SaysWhichOne()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton<RawHandler>(static _ => throw new HostileException());

        var refusal = Assert.IsType<OptionsValidationException>(await Record.ExceptionAsync(host.StartAsync));

        var failure = Assert.Single(refusal.Failures);
        Assert.Contains($"{typeof(RawHandler)}: the handler is a singleton and cannot be made: (its Message throws HostileException)", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_SingletonAsksForItsConsumerInItsConstructor_IsToldNotTo()
    {
        await using var host = new ConsumerHost().Section("orders");
        host.Services.AddSingleton<ImpatientHandler>();
        host.Services.AddKafkaConsumer<ImpatientHandler>("orders");

        var failure = Assert.Single(await FailuresOf(host));

        Assert.StartsWith($"AddKafkaConsumer(\"orders\") = {typeof(ImpatientHandler)}: the handler is a singleton and cannot be made: The consumers are not made yet", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PollingSource.Native, true)]
    [InlineData(PollingSource.Auto, false)]
    [InlineData(PollingSource.Managed, false)]
    public async Task StartAsync_ClientCannotPollNatively_FailsOnlyWhereNativeIsAskedFor(PollingSource source, bool fails)
    {
        await using var host = ConsumerHost.OfOrders(options => options.Polling.Source = source);
        host.Services.AddSingleton(RecordSourceFactoryTests.Lacking("rd_kafka_queue_yield"));
        if (!fails)
        {
            await host.StartAsync();
            return;
        }

        var failure = Assert.Single(await FailuresOf(host));
        Assert.StartsWith("Kafka:Consumers:orders:Polling:Source = Native: this build of the client cannot do it: ", failure, StringComparison.Ordinal);
        Assert.Contains("rd_kafka_queue_yield", failure, StringComparison.Ordinal);
        Assert.EndsWith("; set it to Auto, which reads record by record then, or use another build of the client", failure, StringComparison.Ordinal);
        Assert.Equal(0, host.Sources.Calls);
    }

    [Fact]
    public async Task StartAsync_NativeIsAskedForAndThere_Starts()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Polling.Source = PollingSource.Native);

        await host.StartAsync();

        host.Sources.Next();
    }

    private static async Task<IEnumerable<string>> FailuresOf(ConsumerHost host) =>
        (await Assert.ThrowsAsync<OptionsValidationException>(host.StartAsync)).Failures;

    private sealed record Unlisted(int Id);

    private sealed class UnlistedHandler : IKafkaHandler<Unlisted>
    {
        public ValueTask HandleAsync(Unlisted message, ConsumeContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class ImpatientHandler(IKafkaConsumers consumers) : IKafkaHandler<string>
    {
        private readonly IKafkaConsumer _mine = consumers["orders"];

        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken) => throw new NotSupportedException(_mine.Name);
    }

    private sealed class OtherService : IHostedLifecycleService
    {
        public bool WasStarted { get; private set; }

        public Task StartingAsync(CancellationToken cancellationToken)
        {
            WasStarted = true;
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
