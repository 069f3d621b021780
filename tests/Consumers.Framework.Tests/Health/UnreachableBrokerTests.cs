using System.Net;
using System.Net.Sockets;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Health;

/// <summary>What health says when a real client cannot talk to its brokers: which, and why.</summary>
public sealed class UnreachableBrokerTests
{
    [Fact]
    public async Task Readiness_ConnectionRefused_NamesBrokerAndCause()
    {
        var port = FreePort();

        var said = await SaidAsync($"127.0.0.1:{port}", text => text.Contains("brokers are down", StringComparison.Ordinal));

        Assert.Contains($"1/1 brokers are down: 127.0.0.1:{port}: Connect to ipv4#127.0.0.1:{port} failed: Connection refused", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_NameIsNotResolved_NamesBrokerAndCause()
    {
        var said = await SaidAsync("broker.invalid:9092", text => text.Contains("brokers are down", StringComparison.Ordinal));

        Assert.Contains("1/1 brokers are down: broker.invalid:9092: Failed to resolve 'broker.invalid:9092'", said, StringComparison.Ordinal);
    }

    /// <summary>What a listener with TLS or SASL does to a client that speaks plain text; the client's error says nothing of it, its log alone does.</summary>
    [Fact]
    public async Task Readiness_BrokerEndsTheConnection_SaysThatTheProtocolMayBeAnother()
    {
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        var closing = CloseAllAsync(broker);
        var address = $"127.0.0.1:{((IPEndPoint)broker.LocalEndpoint).Port}";

        var said = await SaidAsync(address, text => text.Contains("brokers are down", StringComparison.Ordinal));

        Assert.Contains($"1/1 brokers are down: {address}: Disconnected: ", said, StringComparison.Ordinal);
        Assert.Contains("its listener may want another security.protocol", said, StringComparison.Ordinal);
        broker.Stop();
        await closing;
    }

    /// <summary>A broker that announces an address which cannot be resolved is not among those that are down, so that error never comes.</summary>
    [Fact]
    public async Task Readiness_OneOfTwoCannotBeReachedBeforeTheFirstAssignment_IsNamed()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";

        var said = await SaidAsync($"broker.invalid:9092,{address}", text => text.Contains("resolve", StringComparison.Ordinal));

        Assert.Contains("reports a client error: Local_Resolve: broker.invalid:9092: Failed to resolve 'broker.invalid:9092'", said, StringComparison.Ordinal);
        Assert.DoesNotContain("brokers are down", said, StringComparison.Ordinal);
    }

    private static async Task<string> SaidAsync(string servers, Func<string, bool> isThere)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["Kafka:BootstrapServers"] = servers;
        builder.Configuration["Kafka:Consumers:orders:Topics:0"] = "orders";
        builder.Configuration["Kafka:Consumers:orders:GroupId"] = "billing";
        builder.Services.AddSingleton(new HandlerProbe()).AddKafkaConsumer<RawHandler>("orders");
        builder.Services.AddHealthChecks().AddKafkaConsumers();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var health = host.Services.GetRequiredService<HealthCheckService>();
        var said = "";
        Waiting.Until(() =>
        {
            said = health.CheckHealthAsync(static check => check.Name == "kafka-consumer-orders", TestContext.Current.CancellationToken).Result.Entries.Single().Value.Description ?? "";
            return isThere(said);
        });
        await host.StopAsync(TestContext.Current.CancellationToken);
        return said;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task CloseAllAsync(TcpListener broker)
    {
        try
        {
            while (true)
            {
                using var connection = await broker.AcceptSocketAsync(TestContext.Current.CancellationToken);
                var greeting = new byte[1024];
                await connection.ReceiveAsync(greeting, TestContext.Current.CancellationToken);
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }
}
