using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Fleet.Member;

/// <summary>A member of the fleet: a host with one consumer, as a user would write it, that keeps a journal.</summary>
internal static class FleetMember
{
    /// <summary>The word on the command line.</summary>
    public const string Word = "consumer";

    /// <summary>The consumer's name.</summary>
    public const string Consumer = "fleet";

    // Handlers that block hold a thread of the pool each; the pool's own growth, two a second, would be what the fleet measures.
    private const int LeastThreads = 80;

    public static async Task<int> RunAsync(string[] args)
    {
        ThreadPool.SetMinThreads(LeastThreads, LeastThreads);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, DisableDefaults = true });
        builder.Configuration.AddCommandLine(args);
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Services.AddSingleton<ILoggerProvider, JournalLoggerProvider>();
        builder.Services.Configure<MemberOptions>(builder.Configuration.GetSection(MemberOptions.Path));
        builder.Services.AddSingleton(static services => new Journal(services.GetRequiredService<IOptions<MemberOptions>>().Value.Journal));
        builder.Services.AddSingleton<FleetHandler>();
        builder.Services.AddKafkaConsumer<FleetHandler>(Consumer);
        builder.Services.AddHealthChecks().AddKafkaConsumers();
        builder.Services.AddHostedService<HealthWatch>();
        builder.Services.AddHostedService<MemberCommands>();
        using var host = builder.Build();
        await host.RunAsync();
        return Environment.ExitCode;
    }
}
