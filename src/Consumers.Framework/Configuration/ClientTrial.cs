using Confluent.Kafka;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Makes a client with the settings of one consumer and throws it away: what a client refuses when it is made, files and keys above all, is
/// told before the host starts. It is given no broker and fetches no token, so that it connects to nothing.
/// </summary>
internal static class ClientTrial
{
    private const string Protocol = "security.protocol";

    public static void Run(ConsumerCheck check)
    {
        // Without settings of the user's there is nothing that a client could refuse.
        if (check.Options.Client.Count == 0 || !NativeConfiguration.IsAvailable || Refusal(SettingsOf(check)) is not { } refusal)
        {
            return;
        }

        var explained = KeyMaterial.Explain(check.Options.Client, refusal);
        foreach (var (key, wrong, fix) in explained)
        {
            check.Fail(PathOf(key), Shown(check, key), wrong, fix);
        }

        if (explained.Count == 0)
        {
            var key = KeyIn(refusal, check.Options.Client);
            check.Fail(key is null ? ClientSection.Name : PathOf(key), key is null ? "{ ... }" : Shown(check, key), $"is refused by the client: {refusal.TrimEnd('.')}", Fix(refusal));
        }
    }

    /// <summary>The settings of its client. When something else is wrong already, only the user's own that are not refused yet.</summary>
    private static Dictionary<string, string> SettingsOf(ConsumerCheck check)
    {
        var settings = check.HasFailed
            ? new Dictionary<string, string>(check.Options.Client.Where(setting => setting.Value is not null && check.AreFine(PathOf(setting.Key)))) { ["group.id"] = check.Name }
            : new Dictionary<string, string>(ClientSettings.Build(check.Name, check.Options, instanceIds: null)[0]);
        settings.Remove("bootstrap.servers");
        if (!check.AreFine(PathOf("sasl.mechanisms"), PathOf("sasl.mechanism"), PathOf("sasl.username"), PathOf("sasl.password")) && settings.TryGetValue(Protocol, out var protocol))
        {
            // What it lacks for SASL is said already. Its certificates are tried without.
            settings[Protocol] = protocol.Trim().EndsWith("SSL", StringComparison.OrdinalIgnoreCase) ? "SSL" : "PLAINTEXT";
        }

        return settings;
    }

    private static string? Refusal(Dictionary<string, string> settings)
    {
        try
        {
            var builder = new ConsumerBuilder<byte[]?, byte[]?>(settings).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { });
            if (!SecurityCheck.HasUnsecuredTokens(settings))
            {
                // With oidc a client asks the identity provider as soon as it is made, and its end waits for the answer; a callback stands in
                // for that, while all the settings are checked. With unsecured tokens, which are made on the spot, the client takes none.
                builder.SetOAuthBearerTokenRefreshHandler(static (_, _) => { });
            }

            using var client = ConfluentLibrary.Create(builder);
            return null;
        }
        catch (Exception exception)
        {
            // Whatever it is, the worker's client would meet it too, and again after each restart.
            return ExceptionText.MessageOf(exception);
        }
    }

    /// <summary>The setting that the client names, or means where it names none.</summary>
    private static string? KeyIn(string refusal, IDictionary<string, string> client) => ClientKeyList.All
        .Select(key => (Key: key, At: refusal.IndexOf(key, StringComparison.Ordinal)))
        .Where(static found => found.At >= 0)
        .OrderBy(static found => found.At)
        .ThenByDescending(static found => found.Key.Length)
        .Select(static found => found.Key)
        .Concat(Meant(refusal).Where(client.ContainsKey))
        .FirstOrDefault();

    private static IEnumerable<string> Meant(string refusal) =>
        refusal.StartsWith("OpenSSL engine", StringComparison.Ordinal) ? ["ssl.engine.location"]
        : refusal.StartsWith("Failed to load OpenSSL provider", StringComparison.Ordinal) ? ["ssl.providers"]
        : PrivateKeyText.IsMismatch(refusal) ? ["ssl.key.location", "ssl.key.pem"] : [];

    private static string Fix(string refusal) => refusal.Contains("libsasl2", StringComparison.Ordinal)
        ? "install libsasl2 (its library is libsasl2.so.3) and its GSSAPI module on this machine, since the client was loaded without Kerberos; or use another of sasl.mechanisms"
        : "correct it (see CONFIGURATION.md of librdkafka)";

    private static string? Shown(ConsumerCheck check, string key) => check.Options.Client.TryGetValue(key, out var value) ? value : null;

    private static string PathOf(string key) => $"{ClientSection.Name}:{key}";
}
