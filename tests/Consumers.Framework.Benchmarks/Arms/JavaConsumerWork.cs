using System.Diagnostics;
using System.Globalization;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.TestKit.Brokers;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>
/// Kafka's own yardstick, <c>kafka-consumer-perf-test</c>, with the settings of its script and an auto commit every 200 ms. Its own figures
/// count: records by the time that it fetched, the join left out.
/// </summary>
/// <param name="Warmed">Whether the records of the warm-up, while Java compiles, are left out as they are for the other arms.</param>
internal sealed record JavaConsumerWork(bool Warmed) : ArmWork
{
    private static readonly string[] JavaOptions = ["-server", "-Xmx512m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35"];

    public override async Task<object> RunAsync(ArmTarget target)
    {
        var lines = new List<JavaReportLine>();
        var output = new List<string>();
        using var process = Process.Start(StartInfo(target))!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            output.Add(line);
            if (JavaReportLine.TryParse(line, out var report))
            {
                lines.Add(report);
            }
        }

        await process.WaitForExitAsync();
        return Figures(lines, target) ?? throw new ArmFailedException($"it reported nothing to count:\n{string.Join('\n', output.TakeLast(10))}");
    }

    private ThroughputFigures? Figures(List<JavaReportLine> lines, ArmTarget target)
    {
        if (!Warmed)
        {
            return lines is [var whole] && whole.TotalRecords >= target.Records
                ? new ThroughputFigures { Records = whole.TotalRecords, Seconds = whole.FetchTime.TotalSeconds }
                : null;
        }

        // What came after the last line is not reported, so the intervals between the lines are what is known.
        var first = lines.FindIndex(line => line.TotalRecords >= target.WarmUp);
        return first < 0 || first == lines.Count - 1 ? null : new ThroughputFigures
        {
            Records = lines[^1].TotalRecords - lines[first].TotalRecords,
            Seconds = lines[(first + 1)..].Sum(static line => line.FetchTime.TotalSeconds),
        };
    }

    private ProcessStartInfo StartInfo(ArmTarget target)
    {
        var distribution = KafkaDistribution.Find();
        var start = new ProcessStartInfo(distribution.Java) { RedirectStandardOutput = true };
        string[] words =
        [
            .. JavaOptions, "-cp", Path.Combine(distribution.Libraries, "*"), "org.apache.kafka.tools.ConsumerPerformance",
            "--bootstrap-server", target.BootstrapServers, "--topic", target.Topic, "--group", target.Group,
            "--num-records", target.Records.ToString(CultureInfo.InvariantCulture), "--timeout", "30000", "--hide-header",
            "--command-property", "auto.commit.interval.ms=200",
            .. Warmed ? ["--show-detailed-stats", "--reporting-interval", "100"] : Array.Empty<string>(),
        ];
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        return start;
    }
}
