using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>The framework's arm: a host with one consumer, as a user would write it.</summary>
internal sealed class FrameworkMember : IAsyncDisposable
{
    /// <summary>The consumer's name.</summary>
    public const string Consumer = "backlog";

    private readonly IHost _host;

    private FrameworkMember(IHost host) => _host = host;

    public static async Task<FrameworkMember> StartAsync(string[] args, WatchedHandling handling, FlowWatch watch)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, DisableDefaults = true });
        builder.Configuration.AddCommandLine(args);
        if (builder.Configuration.GetValue<bool>($"{BacklogMemberOptions.Path}:{nameof(BacklogMemberOptions.Log)}"))
        {
            builder.Logging.SetMinimumLevel(LogLevel.Debug).AddSimpleConsole(static console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.ffffff ";
            });
        }

        builder.Services.AddSingleton(handling).AddSingleton<BacklogHandler>();
        builder.Services.AddKafkaConsumer<BacklogHandler>(Consumer);
        var member = new FrameworkMember(builder.Build());
        BacklogMember.TellJoining(watch);
        await member._host.StartAsync();
        return member;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
