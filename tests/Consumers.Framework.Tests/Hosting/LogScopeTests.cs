using System.Collections.Concurrent;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>Whatever a handler logs says which record it had in hand.</summary>
public sealed partial class LogScopeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Handler_Logs_BeforeAndAfterAnAwait_CarriesTheRecord(int maxConcurrency)
    {
        await using var host = ConsumerHost.OfOrders(options =>
        {
            options.MaxConcurrency = maxConcurrency;
            options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1);
        });
        var said = new ConcurrentQueue<string>();
        host.Services.Configure<FakeLogCollectorOptions>(options =>
        {
            // At the moment of the log: the scope shows what the lane has in hand, which is another record later.
            options.OutputFormatter = record => record.Category == "application" ? Described(record) : "";
            options.OutputSink = line =>
            {
                if (line.Length > 0)
                {
                    said.Enqueue(line);
                }
            };
        });
        var logger = host.Host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("application");
        host.Probe.Handler = async (context, _) =>
        {
            Said(logger, "before");
            await Task.Yield();
            Said(logger, "after");
            if (context is { Offset.Value: 7, Attempt: 1 })
            {
                throw new InvalidOperationException("try again");
            }
        };
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 7, count: 2);
        host.Clock.RunUntil(() => host.Orders.GetSnapshot().Handled == 2);

        Assert.Equal(
            [
                "before orders orders 0 7 1", "after orders orders 0 7 1",
                "before orders orders 0 7 2", "after orders orders 0 7 2",
                "before orders orders 0 8 1", "after orders orders 0 8 1",
            ],
            said);
    }

    private static string Described(FakeLogRecord record)
    {
        var scope = Assert.Single(record.Scopes.OfType<IReadOnlyList<KeyValuePair<string, object?>>>());
        Assert.Equal(["Consumer", "Topic", "Partition", "Offset", "Attempt"], scope.Select(static value => value.Key));
        return $"{record.Message} {string.Join(' ', scope.Select(static value => value.Value))}";
    }

    [LoggerMessage(1, LogLevel.Information, "{What}")]
    private static partial void Said(ILogger logger, string what);
}
