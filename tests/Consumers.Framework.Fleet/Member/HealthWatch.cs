using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Fleet.Member;

/// <summary>Asks for the consumer's readiness several times a second and notes when it changes.</summary>
internal sealed class HealthWatch(HealthCheckService health, Journal journal) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HealthStatus? last = null;
        using var timer = new PeriodicTimer(Interval);
        do
        {
            var report = await health.CheckHealthAsync(static check => check.Tags.Contains("ready"), stoppingToken);
            if (report.Status != last)
            {
                var reason = string.Join(' ', report.Entries.Values.Select(static entry => entry.Description)).ReplaceLineEndings(" ");
                journal.Write($"health {report.Status} {reason}");
                last = report.Status;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
