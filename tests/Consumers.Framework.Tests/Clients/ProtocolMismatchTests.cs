using Consumers.Framework.Clients;

namespace Consumers.Framework.Tests.Clients;

/// <summary>The texts are what the client said before Kafka 4.3.1 with a listener of the other kind.</summary>
public sealed class ProtocolMismatchTests
{
    [Theory]
    [InlineData("SASL_PLAINTEXT", "sasl_plaintext://kafka:9092/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL state: broker's supported mechanisms:  (after 15ms in state AUTH_HANDSHAKE)", "has no SASL, and security.protocol is SASL_PLAINTEXT: set it to PLAINTEXT")]
    [InlineData("SASL_SSL", "sasl_ssl://kafka:9092/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL state: broker's supported mechanisms:  (after 5ms in state AUTH_HANDSHAKE)", "set it to SSL")]
    [InlineData("SASL_SSL", "SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: PLAIN (after 302ms in state AUTH_HANDSHAKE)", "set sasl.mechanisms to one of PLAIN")]
    [InlineData("SSL", "ssl://kafka:9092/bootstrap: SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener? (after 11ms in state SSL_HANDSHAKE)", "does not speak TLS, and security.protocol is SSL: set it to PLAINTEXT")]
    [InlineData("sasl_ssl", "SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener? (after 1ms in state SSL_HANDSHAKE)", "set it to SASL_PLAINTEXT")]
    [InlineData(null, "kafka:9092/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 331ms in state APIVERSION_QUERY)", "as a listener with TLS does, and security.protocol is PLAINTEXT: set it to SSL or SASL_SSL")]
    [InlineData("SASL_PLAINTEXT", "Disconnected: connection closed by peer: receive 0 after POLLIN (after 5ms in state APIVERSION_QUERY)", "set it to SASL_SSL")]
    [InlineData("PLAINTEXT", "kafka:9092/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 7ms in state UP)", "as a listener with SASL does")]
    public void Explain_ListenerOfAnotherKind_NamesTheCauseAndTheFix(string? protocol, string reason, string expected) =>
        Assert.Contains(expected, ProtocolMismatch.Explain(reason, protocol), StringComparison.Ordinal);

    [Theory]
    [InlineData("PLAINTEXT", "kafka:9092/1: Disconnected: connection closed by peer: receive 0 after POLLIN (after 600123ms in state UP)")]
    [InlineData("SASL_PLAINTEXT", "kafka:9092/1: Disconnected: connection closed by peer: receive 0 after POLLIN (after 7ms in state UP)")]
    [InlineData("PLAINTEXT", "Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)")]
    [InlineData("SASL_SSL", "SASL authentication error: Authentication failed: Invalid username or password (after 213ms in state AUTH_REQ)")]
    [InlineData("SSL", "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed (after 228ms in state SSL_HANDSHAKE)")]
    [InlineData("PLAINTEXT", "1/1 brokers are down")]
    public void Explain_SomethingElse_SaysNothing(string protocol, string reason) => Assert.Null(ProtocolMismatch.Explain(reason, protocol));
}
