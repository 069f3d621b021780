using System.Runtime.InteropServices;
using Consumers.Framework.Configuration;
using Consumers.Framework.DependencyInjection;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Interop;
using Consumers.Framework.Handling;
using Consumers.Framework.Tests.Decoding;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Clients;
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
    public async Task StartAsync_MessageTypeIsAnInterface_SaysSoBeforeAnyRecord()
    {
        await using var host = new ConsumerHost().Section("orders");
        host.Services.AddKafkaConsumer<InterfaceHandler>("orders");

        Assert.Equal(
            [
                $"AddKafkaConsumer(\"orders\") = {typeof(InterfaceHandler)}: no value of type {typeof(IPerson)} can be made from JSON: Deserialization of interface or "
                + $"abstract types is not supported. Type '{typeof(IPerson)}'; handle a class with one constructor, describe the type's subclasses with JsonDerivedType, "
                + "or give UseDeserializer a deserializer of it",
            ],
            await FailuresOf(host));
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

        var refusal = Assert.IsAssignableFrom<OptionsValidationException>(await Record.ExceptionAsync(host.StartAsync));

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
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    public async Task StartAsync_HandlerNeedsWhatNobodyRegistered_IsRefused(ServiceLifetime lifetime)
    {
        await using var host = new ConsumerHost().Section("orders").Section("routed").Section("deep");
        host.Services.Add(new ServiceDescriptor(typeof(HomelessHandler), typeof(HomelessHandler), lifetime));
        host.Services.AddKafkaConsumer<HomelessHandler>("orders");
        host.Services.AddKafkaConsumer("routed").Handle<RawHandler>("raw").Handle<HomelessHandler>("homeless");
        host.Services.AddKafkaConsumer<DeepHandler>("deep");
        host.Services.AddScoped<Lodger>();

        const string Missing = "Unable to resolve service for type 'Consumers.Framework.Tests.Hosting.HomelessHandler+IHome' while attempting to activate";
        Assert.Equal(
            [
                $"AddKafkaConsumer(\"orders\") = {typeof(HomelessHandler)}: the handler cannot be made: {Missing} '{typeof(HomelessHandler)}'; register what its constructor needs",
                $"AddKafkaConsumer(\"routed\") = {typeof(HomelessHandler)}: the handler cannot be made: {Missing} '{typeof(HomelessHandler)}'; register what its constructor needs",
                $"AddKafkaConsumer(\"deep\") = {typeof(DeepHandler)}: the handler cannot be made: {Missing} '{typeof(Lodger)}'; register what its constructor needs",
            ],
            await FailuresOf(host));
        Assert.Equal(0, host.Sources.Calls);
    }

    /// <summary>A constructor may have effects, or need what is there only later: what it throws is a matter of the records.</summary>
    [Fact]
    public async Task StartAsync_HandlersAndListenersOfARecordsScope_AreNotMadeAtTheStart()
    {
        await using var host = new ConsumerHost().Section("orders");
        host.Services.AddKafkaConsumer<ThrowingHandler>("orders").UseRebalanceListener<ThrowingListener>();
        ThrowingHandler.Made = 0;

        await host.StartAsync();

        Assert.Equal(0, ThrowingHandler.Made);
        Assert.NotNull(host.Host.Services.GetRequiredService<WiringEnd>());
    }

    [Fact]
    public async Task StartAsync_DeserializerCannotBeMade_SaysWhy()
    {
        await using var host = ConsumerHost.OfOrders();
        KafkaConsumerBuilder.Of(host.Builder).Handlers.Decoders.AddValue<string>(static _ => throw new InvalidOperationException("no\nregistry."));

        Assert.Equal(
            ["AddKafkaConsumer(\"orders\") = a deserializer: it cannot be made: no registry; register what it needs, or see to what it throws"],
            await FailuresOf(host));
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

    [Fact]
    public async Task StartAsync_NativeMethodsWereTrimmedAway_SaysSoOnceBeforeAnyWorkerRuns()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Polling.Source = PollingSource.Native).Add("invoices");
        host.Services.AddSingleton<ClientLibraryLoader>(static () => throw new InvalidOperationException("Sequence contains no matching element"));

        Assert.Equal(
            [
                "Confluent.Kafka: its native methods were trimmed away, so that no client can be made (Sequence contains no matching element); use the version of "
                + "Confluent.Kafka that Consumers.Framework asks for, or add <TrimmerRootAssembly Include=\"Confluent.Kafka\" /> to the project that is published",
            ],
            await FailuresOf(host));
        Assert.Equal(0, host.Sources.Calls);
    }

    [Fact]
    public async Task StartAsync_LibraryCannotBeLoaded_SaysWhatIsMissing()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton<ClientLibraryLoader>(static () => throw new DllNotFoundException("Failed to load the librdkafka native library."));

        Assert.Equal(
            "librdkafka: cannot be loaded, so that no client can be made (Failed to load the librdkafka native library); see to it that the native library of the package "
            + $"librdkafka.redist for {RuntimeInformation.RuntimeIdentifier} lies beside the program",
            Assert.Single(await FailuresOf(host)));
        Assert.Equal(0, host.Sources.Calls);
    }

    private static async Task<IEnumerable<string>> FailuresOf(ConsumerHost host) =>
        (await Assert.ThrowsAnyAsync<OptionsValidationException>(host.StartAsync)).Failures;

    private sealed record Unlisted(int Id);

    private sealed class UnlistedHandler : IKafkaHandler<Unlisted>
    {
        public ValueTask HandleAsync(Unlisted message, ConsumeContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class InterfaceHandler : IKafkaHandler<IPerson>
    {
        public ValueTask HandleAsync(IPerson message, ConsumeContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class ImpatientHandler(IKafkaConsumers consumers) : IKafkaHandler<string>
    {
        private readonly IKafkaConsumer _mine = consumers["orders"];

        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken) => throw new NotSupportedException(_mine.Name);
    }

    private sealed class Lodger(HomelessHandler.IHome home)
    {
        public string Address => home.Address;
    }

    private sealed class DeepHandler(Lodger lodger) : IKafkaHandler<string>
    {
        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken) => throw new NotSupportedException(lodger.Address);
    }

    private sealed class ThrowingHandler : IKafkaHandler<string>
    {
        public ThrowingHandler()
        {
            Made++;
            throw new InvalidOperationException("Unable to resolve service: not there yet");
        }

        public static int Made { get; set; }

        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class ThrowingListener : IKafkaRebalanceListener
    {
        public ThrowingListener() => throw new InvalidOperationException("not there yet");
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
