using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Clients;

public sealed class ClientLogTests : IDisposable
{
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["security.protocol"] = "PLAINTEXT", ["sasl.oauthbearer.client.secret"] = "hunter2", ["sasl.oauthbearer.config"] = "query=code=hunter3 params=x",
    };

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLoggerProvider _provider = new();
    private readonly LoggerFactory _loggers;
    private readonly ClientLog _log;

    public ClientLogTests()
    {
        _loggers = new LoggerFactory([_provider]);
        _log = new ClientLog("orders", 2, Settings, GuardedLogger.Create(_loggers, "Consumers.Framework.Client"), _clock);
    }

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public void Write_SameKind_OnceInTenSecondsWithTheCountOfTheOthers()
    {
        foreach (var index in Enumerable.Range(0, 20))
        {
            Write("FAIL", $"no connection {index}");
        }

        Assert.Single(Entries);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Write("FAIL", "no connection again");
        Assert.Equal(2, Entries.Count);
        Assert.Contains("no connection again", Entries[1].Message, StringComparison.Ordinal);
        Assert.Contains("19 like it", Entries[1].Message, StringComparison.Ordinal);
        Assert.Contains("orders/2", Entries[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LineHoldsSecrets_MasksThem()
    {
        Write("OIDC", "http://u:hunter1@id.example.org/token?code=hunter1 with hunter2 and code=hunter3 failed");
        Assert.Contains("http://***@id.example.org/token?*** with *** and *** failed", Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OtherKind_IsNotHeldBack()
    {
        Write("FAIL", "one");
        Write("MAXPOLL", "two");
        Assert.Equal(2, Entries.Count);
    }

    [Theory]
    [InlineData(SyslogLevel.Emergency, LogLevel.Warning)]
    [InlineData(SyslogLevel.Error, LogLevel.Warning)]
    [InlineData(SyslogLevel.Warning, LogLevel.Warning)]
    [InlineData(SyslogLevel.Info, LogLevel.Information)]
    [InlineData(SyslogLevel.Debug, LogLevel.Debug)]
    public void Write_Level_IsNeverAboveWarning(SyslogLevel level, LogLevel expected)
    {
        Write("X", "text", level);
        Assert.Equal(expected, Entries[0].Level);
    }

    private IReadOnlyList<FakeLogRecord> Entries => _provider.Collector.GetSnapshot();

    private void Write(string facility, string text, SyslogLevel level = SyslogLevel.Error) => _log.Write(new LogMessage("client", level, facility, text));
}
