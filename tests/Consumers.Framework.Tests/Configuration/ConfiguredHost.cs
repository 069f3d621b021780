using System.Text;
using Consumers.Framework.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>A real host with consumers registered as AddKafkaConsumer registers them, and nothing else that reads the machine.</summary>
internal static class ConfiguredHost
{
    public const string Servers = "\"BootstrapServers\": \"localhost:9092\"";

    public static HostApplicationBuilder Builder(string json, params string[] consumers)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        builder.Services.AddKafkaConsumerConfiguration();
        builder.Services.AddSingleton(new HostIdentity("machine-1", name => name == "ZONE" ? "west" : null));
        foreach (var consumer in consumers)
        {
            builder.Services.AddSingleton(new ConsumerDeclaration(consumer, null));
        }

        return builder;
    }

    /// <summary>A host with the consumer "orders" on a good base; the text is what its section holds beside topic and group.</summary>
    public static HostApplicationBuilder Orders(string section, string kafka = "") => Builder(
        $$"""{ "Kafka": { {{Servers}} {{Comma(kafka)}}, "Consumers": { "orders": { {{Topics(section)}} "GroupId": "billing" {{Comma(section)}} } } } }""", "orders");

    public static IReadOnlyList<ConsumerSettings> Load(this HostApplicationBuilder builder)
    {
        using var host = builder.Build();
        return host.Services.GetRequiredService<IConsumerSettingsSource>().Load();
    }

    public static ConsumerSettings LoadOne(this HostApplicationBuilder builder) => Assert.Single(builder.Load());

    public static IReadOnlyList<string> Failures(this HostApplicationBuilder builder) =>
        [.. Assert.ThrowsAny<OptionsValidationException>(() => builder.Load()).Failures];

    /// <summary>Topics, unless the text brings its own: JSON takes a key once.</summary>
    public static string Topics(string section) => section.Contains("\"Topics\"", StringComparison.Ordinal) ? "" : "\"Topics\": [\"orders\"],";

    private static string Comma(string text) => text.Length == 0 ? "" : ", " + text;
}
