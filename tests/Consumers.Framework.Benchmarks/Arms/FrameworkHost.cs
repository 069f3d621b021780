using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.DependencyInjection;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>A host as a user would write it, with one consumer: defaults, what the broker needs, and what the arm sets.</summary>
internal static class FrameworkHost
{
    /// <summary>The consumer's name in every host.</summary>
    public const string Consumer = "benchmark";

    public static IHost Build(ArmTarget target, HandlerKind handler, IReadOnlyDictionary<string, string?> settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(target.HostSettings);
        builder.Configuration.AddInMemoryCollection(settings
            .Append(new("Topics:0", target.Topic))
            .Append(new("GroupId", target.Group))
            .Select(static setting => KeyValuePair.Create($"Kafka:Consumers:{Consumer}:{setting.Key}", setting.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        AddConsumer(builder.Services, handler);
        return builder.Build();
    }

    public static IKafkaConsumer ConsumerOf(IHost host) => host.Services.GetRequiredService<IKafkaConsumers>()[Consumer];

    private static IKafkaConsumerBuilder AddConsumer(IServiceCollection services, HandlerKind handler) => handler switch
    {
        HandlerKind.Raw => services.AddSingleton<RawHandler>().AddKafkaConsumer<RawHandler>(Consumer),
        HandlerKind.RawScoped => services.AddKafkaConsumer<RawHandler>(Consumer),
        HandlerKind.Json => services.AddSingleton<JsonHandler>().AddKafkaConsumer<JsonHandler>(Consumer),
        HandlerKind.Committing => services.AddSingleton<CommittingHandler>().AddKafkaConsumer<CommittingHandler>(Consumer),
        HandlerKind.Latency => services.AddSingleton<LatencyHandler>().AddKafkaConsumer<LatencyHandler>(Consumer),
        _ => throw new ArgumentOutOfRangeException(nameof(handler), handler, null),
    };
}
