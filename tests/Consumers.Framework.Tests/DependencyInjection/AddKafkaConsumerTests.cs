using Consumers.Framework.Configuration;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Tests.DependencyInjection;

/// <summary>Where a consumer's options come from, and how long its handler lives.</summary>
public sealed class AddKafkaConsumerTests
{
    [Fact]
    public async Task Options_ByName_ComeFromItsSection()
    {
        await using var host = new ConsumerHost().Section("orders").Configure("Kafka:Consumers:orders:Workers", "2");
        host.Services.AddKafkaConsumer<RawHandler>("orders");

        await host.StartAsync();

        Assert.Equal(2, host.Orders.GetSnapshot().Workers.Count);
        Assert.Equal("billing", host.Orders.GetSnapshot().GroupId);
    }

    [Fact]
    public async Task Options_BySection_ComeFromThatSectionInstead()
    {
        await using var host = new ConsumerHost().Configure("Mine:GroupId", "shipping").Configure("Mine:Topics:0", "parcels");
        var mine = new ConfigurationBuilder().AddInMemoryCollection([new("Mine:GroupId", "shipping"), new("Mine:Topics:0", "parcels")]).Build().GetSection("Mine");
        host.Services.AddKafkaConsumer<RawHandler>("orders", mine);

        await host.StartAsync();

        Assert.Equal(("shipping", "parcels"), (host.Orders.GetSnapshot().GroupId, Assert.Single(host.Orders.GetSnapshot().Topics)));
    }

    [Fact]
    public async Task Options_ByCode_HaveTheLastWordInOrderOfTheCalls()
    {
        await using var host = new ConsumerHost().Section("orders").Configure("Kafka:Consumers:orders:Workers", "2");
        host.Services.Configure<KafkaConsumerOptions>("orders", static options => options.GroupId += "-before");
        host.Services.AddKafkaConsumer<RawHandler>("orders", static options =>
            {
                options.Workers++;
                options.GroupId += "-callback";
            })
            .Configure(static options => options.GroupId += "-configure");

        await host.StartAsync();

        Assert.Equal("billing-before-callback-configure", host.Orders.GetSnapshot().GroupId);
        Assert.Equal(3, host.Orders.GetSnapshot().Workers.Count);
    }

    [Fact]
    public async Task Handler_NotRegistered_IsMadeAndDisposedForEachAttempt()
    {
        await using var host = new ConsumerHost().Section("orders");
        host.Services.AddSingleton<Lives>().AddKafkaConsumer<MortalHandler>("orders", static options => options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1));

        await host.StartAsync();
        HandleTwo(host, failFirst: true);

        var lives = host.Host.Services.GetRequiredService<Lives>();
        Waiting.Until(() => lives.Disposed == 3, "Not every handler was disposed.");
        Assert.Equal(3, lives.Made);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handler_RegisteredAsSingleton_IsMadeOnce(bool before)
    {
        await using var host = new ConsumerHost().Section("orders");
        host.Services.AddSingleton<Lives>();
        if (before)
        {
            host.Services.AddSingleton<MortalHandler>();
        }

        host.Services.AddKafkaConsumer<MortalHandler>("orders");
        if (!before)
        {
            host.Services.AddSingleton<MortalHandler>();
        }

        // At the start already: what it lacks is found there.
        var lives = host.Host.Services.GetRequiredService<Lives>();
        await host.StartAsync();
        Assert.Equal(1, lives.Made);

        HandleTwo(host, failFirst: false);

        Assert.Equal((1, 0), (lives.Made, lives.Disposed));
    }

    [Fact]
    public async Task Handler_UnderTwoNames_ServesBoth()
    {
        await using var host = new ConsumerHost().Add("orders").Add("audit", static options => options.GroupId = "audit");
        await host.StartAsync();

        foreach (var source in new[] { host.Sources.Next(), host.Sources.Next() })
        {
            source.Give(0);
            source.Deliver(0, start: source.Consumer == "orders" ? 10 : 20, count: 1);
        }

        Waiting.Until(() => host.Consumers.All(static consumer => consumer.GetSnapshot().Handled == 1));
        Assert.Equal([10L, 20L], host.Probe.Calls.Select(static call => call.Offset).Order());
    }

    [Fact]
    public async Task Name_Twice_IsReportedAtTheStart()
    {
        await using var host = new ConsumerHost().Add("orders").Add("orders");

        var thrown = await Assert.ThrowsAnyAsync<OptionsValidationException>(host.StartAsync);

        Assert.StartsWith("AddKafkaConsumer(\"orders\") = orders: is registered twice; ", Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Name_Empty_IsRefusedAtTheCall(string name) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddKafkaConsumer<RawHandler>(name));

    [Fact]
    public void Arguments_Null_AreRefusedAtTheCall()
    {
        var services = new ServiceCollection();

        Assert.Throws<ArgumentNullException>(() => services.AddKafkaConsumer<RawHandler>(null!));
        Assert.Throws<ArgumentNullException>(() => services.AddKafkaConsumer<RawHandler>("orders", (IConfigurationSection)null!));
        Assert.Throws<ArgumentNullException>(() => services.AddKafkaConsumer<RawHandler>("orders", (Action<KafkaConsumerOptions>)null!));
        Assert.Throws<ArgumentNullException>(() => ((IServiceCollection)null!).AddKafkaConsumer("orders"));
        Assert.Empty(services);
    }

    private static void HandleTwo(ConsumerHost host, bool failFirst)
    {
        host.Probe.Handler = (context, _) => failFirst && context is { Offset.Value: 0, Attempt: 1 } ? throw new InvalidOperationException("again") : ValueTask.CompletedTask;
        var source = host.Sources.Next();
        source.Give(0);
        source.Deliver(0, start: 0, count: 2);
        host.Clock.RunUntil(() => host.Orders.GetSnapshot().Handled == 2);
    }

    private sealed class Lives
    {
        private int _made;
        private int _disposed;

        public int Made => Volatile.Read(ref _made);

        public int Disposed => Volatile.Read(ref _disposed);

        public void Begin() => Interlocked.Increment(ref _made);

        public void End() => Interlocked.Increment(ref _disposed);
    }

    private sealed class MortalHandler : IKafkaHandler<byte[]>, IDisposable
    {
        private readonly HandlerProbe _probe;
        private readonly Lives _lives;

        public MortalHandler(HandlerProbe probe, Lives lives)
        {
            _probe = probe;
            _lives = lives;
            lives.Begin();
        }

        public ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken) => _probe.CallAsync(this, context, cancellationToken);

        public void Dispose() => _lives.End();
    }
}
