using Consumers.Framework.Configuration;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>How listeners are made, and what is refused at start.</summary>
public sealed class ListenerRegistrationTests
{
    private readonly ListenerProbe _probe = new();

    [Fact]
    public async Task Listener_NotRegisteredOtherwise_LivesForOneCallInAScopeOfItsOwn()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton(_probe).AddScoped<Scoped>();
        host.Builder.UseRebalanceListener<ScopedListener>();
        Scoped.Made = Scoped.Disposed = 0;
        var source = await host.StartWithAsync(0);
        source.Take(0);
        Waiting.Until(() => _probe.Calls.Count == 3);

        Waiting.Until(static () => (Scoped.Made, Scoped.Disposed) == (3, 3));
    }

    [Fact]
    public async Task Handler_ThatIsAListener_IsCalledOnlyWhereItIsRegisteredAsOne()
    {
        await using var host = new ConsumerHost().Section("orders").Section("payments");
        host.Services.AddSingleton(_probe).AddSingleton<ListeningHandler>();
        host.Services.AddKafkaConsumer<ListeningHandler>("orders");
        host.Services.AddKafkaConsumer<ListeningHandler>("payments").UseRebalanceListener<ListeningHandler>();
        await host.StartAsync();
        var sources = new[] { host.Sources.Next(), host.Sources.Next() };
        sources.Single(static source => source.Consumer == "orders").Give(1);
        sources.Single(static source => source.Consumer == "payments").Give(2);
        await Task.WhenAll(host.Consumers.Select(static consumer => consumer.WaitForAssignmentAsync(TestContext.Current.CancellationToken))).Soon();

        Assert.Equal(["assigned 2"], _probe.Calls);
    }

    [Fact]
    public async Task Start_ListenerTimeoutIsNotBelowTheDrains_IsRefusedOnlyWithAListener()
    {
        static void Configure(KafkaConsumerOptions options) => options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(5);
        await using var without = ConsumerHost.OfOrders(Configure);
        await without.StartAsync();
        await using var host = _probe.Host(Configure);

        var thrown = await Assert.ThrowsAnyAsync<OptionsValidationException>(host.StartAsync);

        Assert.Equal(
            "Kafka:Consumers:orders:Rebalance:ListenerTimeout = 00:00:05: must be below Rebalance:DrainTimeout (00:00:05): the rebalance listeners have it of that, "
            + "and the handlers what is left; set it to less than 00:00:05, or Rebalance:DrainTimeout to more than 00:00:05",
            Assert.Single(thrown.Failures));
    }

    [Fact]
    public async Task Start_SingletonListenerCannotBeMade_IsRefused()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton<ProbeListener>();
        host.Builder.UseRebalanceListener<ProbeListener>();

        var thrown = await Assert.ThrowsAnyAsync<OptionsValidationException>(host.StartAsync);

        Assert.StartsWith(
            $"AddKafkaConsumer(\"orders\") = {typeof(ProbeListener)}: the listener is a singleton and cannot be made: Unable to resolve",
            Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ScopedListenerNeedsWhatNobodyRegistered_IsRefused()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Builder.UseRebalanceListener<ProbeListener>();

        var thrown = await Assert.ThrowsAnyAsync<OptionsValidationException>(host.StartAsync);

        Assert.StartsWith(
            $"AddKafkaConsumer(\"orders\") = {typeof(ProbeListener)}: the listener cannot be made: Unable to resolve",
            Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    private sealed class ScopedListener(ListenerProbe probe, Scoped scoped) : IKafkaRebalanceListener
    {
        public ValueTask OnAssignedAsync(PartitionsAssignedContext context, CancellationToken cancellationToken) => probe.CallAsync($"{scoped}", context, cancellationToken);

        public ValueTask OnRevokingAsync(RebalanceContext context, CancellationToken cancellationToken) => probe.CallAsync($"{scoped}", context, cancellationToken);

        public ValueTask OnRevokedAsync(PartitionsRevokedContext context, CancellationToken cancellationToken) => probe.CallAsync($"{scoped}", context, cancellationToken);
    }

    private sealed class Scoped : IDisposable
    {
        private static int _made;
        private static int _disposed;

        public Scoped() => Interlocked.Increment(ref _made);

        public static int Made
        {
            get => Volatile.Read(ref _made);
            set => _made = value;
        }

        public static int Disposed
        {
            get => Volatile.Read(ref _disposed);
            set => _disposed = value;
        }

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    private sealed class ListeningHandler(ListenerProbe probe) : ProbeListener(probe), IKafkaHandler<byte[]>
    {
        public ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
