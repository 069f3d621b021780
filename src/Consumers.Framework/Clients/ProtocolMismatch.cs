using System.Globalization;
using System.Text.RegularExpressions;

namespace Consumers.Framework.Clients;

/// <summary>
/// Tells from what the client says of a connection that client and listener do not speak the same: one of them TLS or SASL, and the other
/// not. The client knows only that the other side hung up. Pure; any thread.
/// </summary>
internal static partial class ProtocolMismatch
{
    /// <summary>How soon a broker hangs up on a request that it does not allow. A connection that was idle is closed after minutes.</summary>
    private const int AtOnce = 2_000;

    /// <summary>The likely cause and the fix; null when the text tells of something else.</summary>
    /// <param name="reason">What the client says.</param>
    /// <param name="protocol">Its <c>security.protocol</c>; null is PLAINTEXT.</param>
    public static string? Explain(string reason, string? protocol)
    {
        var speaks = protocol?.ToUpperInvariant() ?? "PLAINTEXT";
        var isTls = speaks.EndsWith("SSL", StringComparison.Ordinal);
        var isSasl = speaks.StartsWith("SASL_", StringComparison.Ordinal);
        if (Offered().Match(reason) is { Success: true } offered)
        {
            return offered.Groups[1].ValueSpan.IsWhiteSpace()
                ? $"the listener there has no SASL, and security.protocol is {speaks}: set it to {(isTls ? "SSL" : "PLAINTEXT")}, or give the port of a listener with SASL"
                : $"the listener there has other SASL mechanisms: set sasl.mechanisms to one of {offered.Groups[1].Value.Trim()}";
        }

        if (isTls && reason.Contains("connecting to a PLAINTEXT broker listener", StringComparison.Ordinal))
        {
            return $"the listener there does not speak TLS, and security.protocol is {speaks}: set it to {(isSasl ? "SASL_PLAINTEXT" : "PLAINTEXT")}, or give the port of a listener with TLS";
        }

        if (isTls || !HungUp().IsMatch(reason))
        {
            return null;
        }

        if (reason.Contains("in state APIVERSION_QUERY", StringComparison.Ordinal) || reason.Contains("Invalid response size", StringComparison.Ordinal))
        {
            return $"the other side hung up at the first request, as a listener with TLS does, and security.protocol is {speaks}: set it to {(isSasl ? "SASL_SSL" : "SSL or SASL_SSL")}, or give the port of a listener without TLS";
        }

        return !isSasl && Up().Match(reason) is { Success: true } up && int.Parse(up.Groups[1].ValueSpan, CultureInfo.InvariantCulture) < AtOnce
            ? $"the broker hung up at the first request, as a listener with SASL does, and security.protocol is {speaks}: set it to SASL_PLAINTEXT or SASL_SSL, or give the port of a listener without SASL"
            : null;
    }

    [GeneratedRegex(@"broker's supported mechanisms:([^(]*)")]
    private static partial Regex Offered();

    [GeneratedRegex("connection closed by peer|Invalid response size")]
    private static partial Regex HungUp();

    [GeneratedRegex(@"receive 0 after POLLIN \(after (\d{1,9})ms in state UP\b")]
    private static partial Regex Up();
}
