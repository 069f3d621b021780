using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Telemetry;
using Consumers.Framework.TestKit.Docs;
using Consumers.Framework.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>The categories of docs/telemetry.md are those that a filter turns off.</summary>
public sealed class LogCategoryTests
{
    private const string Prefix = "Consumers.Framework.";

    /// <summary>The categories that the page names, by id of the entry.</summary>
    private static readonly Dictionary<int, string> _documented = Repository.Read("docs/telemetry.md").Split('\n')
        .SkipWhile(static line => line != "<!-- begin:logs -->").Skip(3).TakeWhile(static line => line != "<!-- end:logs -->")
        .Select(static line => line.Split(" | "))
        .ToDictionary(static cells => int.Parse(cells[0].TrimStart('|', ' '), System.Globalization.CultureInfo.InvariantCulture), static cells => Prefix + cells[3]);

    public static TheoryData<string> Categories() => [.. _documented.Values.Distinct()];

    [Fact]
    public async Task Entries_OfAHost_HaveTheCategoryOfThePage()
    {
        var entries = await RunAsync(filtered: null);

        Assert.Equal(_documented.Values.Distinct().Order(StringComparer.Ordinal), entries.Select(static entry => entry.Category!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(entries, static entry => Assert.Equal(_documented[entry.Id.Id], entry.Category));
    }

    [Theory]
    [MemberData(nameof(Categories))]
    public async Task Entries_OfACategoryThatIsTurnedOff_AreGone(string category)
    {
        var entries = await RunAsync(filtered: category);

        Assert.DoesNotContain(entries, entry => _documented[entry.Id.Id] == category);
        Assert.Equal(_documented.Values.Distinct().Count() - 1, entries.Select(static entry => entry.Category).Distinct().Count());
    }

    /// <summary>Starts a host, fails a record, lets a client speak, and stops.</summary>
    private static async Task<IReadOnlyList<FakeLogRecord>> RunAsync(string? filtered)
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Failures.WhenExhausted = Consumers.Framework.Configuration.ExhaustedPolicy.Skip);
        if (filtered is not null)
        {
            host.Services.AddLogging(logging => logging.AddFilter(filtered, LogLevel.None));
        }

        host.Probe.Handler = static (_, _) => throw new PermanentFailureException("no");
        var source = await host.StartAssignedAsync();
        new ClientLog("orders", 0, new Dictionary<string, string>(), GuardedLogger.Create(host.Host.Services.GetRequiredService<ILoggerFactory>(), "Consumers.Framework.Client"), host.Clock)
            .Write(new LogMessage("orders", SyslogLevel.Warning, "TEST", "a client speaks"));
        source.Deliver(0, start: 0, count: 1);
        host.Clock.RunUntil(() => source.Commits.Any(static commit => commit.Offset == 1));
        await host.StopAsync(TestContext.Current.CancellationToken);
        return [.. host.Logs.GetSnapshot().Where(static entry => entry.Category!.StartsWith(Prefix, StringComparison.Ordinal))];
    }
}
