using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>
/// A member of a backlog run, as a process of its own: a consumer of the framework or a hand-written loop, with a handler that only watches.
/// Takes <see cref="Look"/> and <see cref="Stop"/> on its standard input.
/// </summary>
internal static class BacklogMember
{
    /// <summary>The word on the command line.</summary>
    public const string Word = "backlog-member";

    /// <summary>The command that asks for the state of the partitions.</summary>
    public const string Look = "look";

    /// <summary>The command that ends the member.</summary>
    public const string Stop = "stop";

    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(args).Build();
        var settings = configuration.GetSection(BacklogMemberOptions.Path).Get<BacklogMemberOptions>()!;
        var watch = new FlowWatch(settings.Partitions, Console.Out);
        var handling = new WatchedHandling(watch, settings.Handler);
        await using (IAsyncDisposable member = settings.Arm == BacklogArm.Loop
            ? PlainLoops.Start(configuration, settings, handling, watch)
            : await FrameworkMember.StartAsync(args, handling, watch))
        {
            while (await Console.In.ReadLineAsync() is { } command and not Stop)
            {
                if (command == Look)
                {
                    watch.Look();
                }
            }
        }

        watch.End();
        watch.Write($"{MemberLine.Ended}");
        return 0;
    }

    /// <summary>Right before the member asks to join.</summary>
    public static void TellJoining(FlowWatch watch) => watch.Write($"{MemberLine.Joining} {Moment.Now().Mono.ToString(CultureInfo.InvariantCulture)}");
}
