using Confluent.Kafka;
using Consumers.Framework.Clients;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Clients;

/// <summary>The lines are those of the client, as they were measured.</summary>
public sealed class BrokerErrorsTests
{
    private static readonly Error AllDown = new(ErrorCode.Local_AllBrokersDown, "1/1 brokers are down");

    private readonly FakeTimeProvider _clock = new();
    private readonly BrokerErrors _brokers;

    public BrokerErrorsTests() => _brokers = new BrokerErrors(_clock);

    [Theory]
    [InlineData(
        "[thrd:localhost:1/bootstrap]: localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)",
        "localhost:1: Connect to ipv4#127.0.0.1:1 failed: Connection refused")]
    [InlineData(
        "nosuchhost.invalid:9092/bootstrap: Failed to resolve 'nosuchhost.invalid:9092': Name or service not known (after 1ms in state CONNECT)",
        "nosuchhost.invalid:9092: Failed to resolve 'nosuchhost.invalid:9092': Name or service not known")]
    [InlineData(
        "[thrd:ssl://localhost:9093/3]: ssl://localhost:9093/3: SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener? (after 2ms in state SSL_HANDSHAKE)",
        "localhost:9093: SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener?")]
    [InlineData(
        "[thrd:sasl_plaintext://localhost:9094/bootstrap]: sasl_plaintext://localhost:9094/bootstrap: SASL authentication error: Authentication failed (after 5ms in state AUTH_REQ)",
        "localhost:9094: SASL authentication error: Authentication failed")]
    [InlineData(
        "[thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 1ms in state APIVERSION_QUERY)",
        "localhost:9092: Disconnected: connection closed by peer: receive 0 after POLLIN before it had said anything: its listener may want another security.protocol")]
    [InlineData(
        "[thrd:GroupCoordinator]: GroupCoordinator: localhost:9092: Connect to ipv6#[::1]:9092 failed: Connection refused (after 0ms in state CONNECT)",
        "localhost:9092: Connect to ipv6#[::1]:9092 failed: Connection refused")]
    [InlineData(
        "[thrd:[::1]:9092/bootstrap]: [::1]:9092/bootstrap: Connect to ipv6#[::1]:9092 failed: Connection refused (after 0ms in state CONNECT)",
        "[::1]:9092: Connect to ipv6#[::1]:9092 failed: Connection refused")]
    public void Explain_AllBrokersDown_NamesTheBrokerAndWhatItsLineSaid(string line, string expected)
    {
        _brokers.Note(line);

        Assert.Equal($"1/1 brokers are down: {expected}", _brokers.Explain(AllDown));
    }

    [Fact]
    public void Explain_SeveralBrokers_EachHasItsLastCauseAndThreeAreNamed()
    {
        foreach (var broker in new[] { 5, 3, 1, 2, 4 })
        {
            _brokers.Note($"kafka-{broker}:9092/{broker}: Connect to ipv4#10.0.0.{broker}:9092 failed: Connection refused (after 0ms in state CONNECT)");
        }

        _brokers.Note("kafka-2:9092/2: Failed to resolve 'kafka-2:9092': Name or service not known (after 1ms in state CONNECT)");

        Assert.Equal(
            "1/1 brokers are down: kafka-1:9092: Connect to ipv4#10.0.0.1:9092 failed: Connection refused; kafka-2:9092: Failed to resolve 'kafka-2:9092': Name or service not known; "
            + "kafka-3:9092: Connect to ipv4#10.0.0.3:9092 failed: Connection refused; and 2 more",
            _brokers.Explain(AllDown));
    }

    [Fact]
    public void Explain_WhatWasSaidLongAgo_IsNoCause()
    {
        _brokers.Note("kafka-1:9092/1: Connect to ipv4#10.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)");
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("1/1 brokers are down", _brokers.Explain(AllDown));
    }

    [Fact]
    public void Explain_ErrorThatNamesItsBroker_IsSaidInTheSameWords()
    {
        const string Reason = "sasl_ssl://localhost:19192/bootstrap: SSL handshake failed: error:0A00042E:SSL routines::tlsv1 alert protocol version (after 10ms in state SSL_HANDSHAKE)";

        Assert.Equal(
            "localhost:19192: SSL handshake failed: error:0A00042E:SSL routines::tlsv1 alert protocol version",
            _brokers.Explain(new Error(ErrorCode.Local_Ssl, Reason)));
    }

    [Theory]
    [InlineData("1/1 brokers are down")]
    [InlineData("Failed to acquire SASL OAUTHBEARER token: it is not there")]
    public void Note_LineWithoutABroker_IsLeftAlone(string line)
    {
        _brokers.Note(line);

        Assert.Equal("1/1 brokers are down", _brokers.Explain(AllDown));
        Assert.Equal(line, _brokers.Explain(new Error(ErrorCode.Local_Authentication, line)));
    }
}
