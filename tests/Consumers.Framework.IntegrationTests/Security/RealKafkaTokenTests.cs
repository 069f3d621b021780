using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.IntegrationTests.Security;

/// <summary>A broker with a listener for SASL/OAUTHBEARER, which takes the unsecured tokens of Kafka's own tests.</summary>
public sealed class RealKafkaTokenTests
{
    private const string Properties = """
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:SASL_PLAINTEXT
        listener.name.proxied.sasl.enabled.mechanisms=OAUTHBEARER
        listener.name.proxied.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
        """;

    /// <summary>The client asks again when four fifths of it have passed.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<string> _calls = new();

    [Fact]
    public async Task UseOAuthBearerToken_FirstCallFails_IsShownThenConsumesAndRenewsTheToken()
    {
        var reason = await KafkaDistribution.FindReasonAgainstAsync();
        Assert.SkipWhen(reason is not null, reason ?? "");
        await using var node = await KafkaNode.CreateAsync(KafkaDistribution.Find(), Properties);
        await node.ServeAsync();
        await using var proxy = new CountingProxy(node.ProxyPort, node.ProxiedPort);
        await node.CreateTopicAsync("orders", partitions: 2);
        using var host = BuildHost(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.ProxyPort}"));
        var logs = host.Services.GetFakeLogCollector();
        var body = host.Services.GetRequiredService<TestHandlerBody>();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var consumer = host.Services.GetRequiredService<IKafkaConsumers>()["orders"];

        Wait.Until(() => consumer.GetSnapshot().Workers[0].ClientError is { } error && error.Contains("no identity yet", StringComparison.Ordinal));
        Wait.Until(() => logs.GetSnapshot().Any(static entry => entry.Id.Name == "TokenFailed"));
        Wait.Until(() => consumer.GetSnapshot().Workers[0].State == WorkerState.Running);
        await TestProducer.ProduceAsync(node.BootstrapServers, "orders", count: 20);
        Wait.Until(() => body.Done.Count == 20);
        Assert.Null(consumer.GetSnapshot().Workers[0].ClientError);

        // The worker's client asks again in time, and the one that looks at topics has tokens of its own.
        var before = _calls.Count;
        Wait.Until(() => _calls.Count >= before + 2);
        await TestProducer.ProduceAsync(node.BootstrapServers, "orders", count: 20, first: 20);
        Wait.Until(() => body.Done.Count == 40);
        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(logs.GetSnapshot(), static entry => entry.Id.Name is "TopicIdsUnavailable");
    }

    private IHost BuildHost(string servers)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
        [
            new("Kafka:BootstrapServers", servers),
            new("Kafka:Client:security.protocol", "SASL_PLAINTEXT"),
            new("Kafka:Client:sasl.mechanisms", "OAUTHBEARER"),
            new("Kafka:Consumers:orders:Topics:0", "orders"),
            new("Kafka:Consumers:orders:GroupId", "billing"),
            new("Kafka:Consumers:orders:TopicCheckInterval", "00:00:01"),
        ]);
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddFakeLogging();
        builder.Services.AddSingleton(new TestHandlerBody(static (_, _, _) => ValueTask.CompletedTask));
        builder.Services.AddSingleton<TestHandler>();
        builder.Services.AddKafkaConsumer<TestHandler>("orders").UseOAuthBearerToken((_, _) =>
        {
            _calls.Enqueue("");
            return _calls.Count <= 2 ? throw new InvalidOperationException("no identity yet") : ValueTask.FromResult(Token());
        });
        return builder.Build();
    }

    private static OAuthBearerToken Token()
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = string.Create(
            CultureInfo.InvariantCulture, $$"""{"sub":"billing","iat":{{now.ToUnixTimeSeconds()}},"exp":{{(now + Lifetime).ToUnixTimeSeconds()}}}""");
        return new OAuthBearerToken($"{Encoded("""{"alg":"none"}""")}.{Encoded(claims)}.", now + Lifetime) { Principal = "billing" };
    }

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
