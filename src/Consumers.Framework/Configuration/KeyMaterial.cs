using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Says why the client has refused certificates and keys: which setting, which file, and what is wrong with it. The client tells a code of
/// OpenSSL's. Asked only after it has refused, so that nothing is refused here that it would take. It has named one setting, and the others may
/// be good: of those only that is said which needs no reader of ours, and what ours has read. Contents are never printed.
/// </summary>
internal static class KeyMaterial
{
    private const string BadFile = "correct the path, or mount the file";

    private static readonly (string Location, string? Pem)[] Certificates = [("ssl.ca.location", "ssl.ca.pem"), ("ssl.certificate.location", "ssl.certificate.pem")];

    /// <param name="client">The user's client settings.</param>
    /// <param name="refusal">What the client has said.</param>
    public static IReadOnlyList<(string Key, string Wrong, string Fix)> Explain(IDictionary<string, string> client, string refusal)
    {
        var found = new List<(string, string, string)>();
        foreach (var (location, pem) in Certificates)
        {
            ExplainCertificates(client, refusal, location, pem!, found);
        }

        PrivateKeyText.Explain(client, refusal, found);
        ExplainKeyStore(client, refusal, found);
        foreach (var other in new[] { "ssl.crl.location", "https.ca.location", "sasl.kerberos.keytab" })
        {
            Read(client, other, found);
        }

        return found;
    }

    /// <summary>The content of the file that a setting names; null when there is none to be had, which is said then.</summary>
    public static byte[]? Read(IDictionary<string, string> client, string key, List<(string Key, string Wrong, string Fix)> found)
    {
        if (!client.TryGetValue(key, out var path) || path is null or "probe")
        {
            return null;
        }

        try
        {
            if (Directory.Exists(path))
            {
                if (!key.EndsWith("ca.location", StringComparison.Ordinal))
                {
                    found.Add((key, "is a folder, and a file is wanted", BadFile));
                }

                return null;
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            found.Add((key, path != path.Trim() ? "does not exist (mind the white space at its end)"
                : Path.IsPathRooted(path) ? "does not exist" : $"does not exist in {Directory.GetCurrentDirectory()}, the process's folder", BadFile));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            found.Add((key, $"cannot be read: {ExceptionText.MessageOf(exception).TrimEnd('.')}", "let the process's user read it"));
        }

        return null;
    }

    /// <summary>The certificates in a PEM text, or null when there is none that can be read.</summary>
    public static X509Certificate2Collection? CertificatesIn(string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
            return certificates.Count > 0 ? certificates : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Why a text that should hold PEM does not.</summary>
    public static (string Wrong, string Fix) NoPem(ReadOnlySpan<byte> content, string what, bool isInline)
    {
        if (content.Trim(" \t\r\n"u8).IsEmpty)
        {
            return ("is empty", $"give {what} in PEM form");
        }

        if (content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xED, 0xFE, 0xED]))
        {
            return ("is a Java key store (JKS), and PEM is wanted", $"export {what}, with keytool and openssl, to PEM");
        }

        if (content[0] == 0x30)
        {
            return ("is binary (DER or PKCS#12), and PEM is wanted", $"convert it to PEM with openssl, or use ssl.keystore.location for PKCS#12");
        }

        if (isInline && content.IndexOf(@"\n"u8) >= 0)
        {
            return (@"has \n written out where its lines end", "give it real line ends: in an environment variable those of the shell, in JSON one backslash and n");
        }

        if (isInline && content.IndexOf("-----BEGIN"u8) < 0 && content.Length < 300)
        {
            return ($"holds no PEM: it looks like the path of a file", "give the path to the key that ends in .location");
        }

        return ($"holds no {what} that can be read", $"give {what} in PEM form, from its -----BEGIN line to its -----END line");
    }

    private static void ExplainCertificates(
        IDictionary<string, string> client, string refusal, string location, string pem, List<(string Key, string Wrong, string Fix)> found)
    {
        const string What = "certificate";
        if (Read(client, location, found) is { } content && IsBad(System.Text.Encoding.UTF8.GetString(content), location))
        {
            var (wrong, fix) = NoPem(content, What, isInline: false);
            found.Add((location, wrong, fix));
        }

        if (client.TryGetValue(pem, out var text) && text is not null && IsBad(text, pem))
        {
            var (wrong, fix) = NoPem(System.Text.Encoding.UTF8.GetBytes(text), What, isInline: true);
            found.Add((pem, wrong, fix));
        }

        // The client takes certificates with other labels too, such as TRUSTED CERTIFICATE.
        bool IsBad(string text, string key) => CertificatesIn(text) is null
            && (refusal.Contains(key, StringComparison.Ordinal) || !text.Contains("CERTIFICATE-----", StringComparison.Ordinal));
    }

    private static void ExplainKeyStore(IDictionary<string, string> client, string refusal, List<(string Key, string Wrong, string Fix)> found)
    {
        const string Location = "ssl.keystore.location";
        const string Password = "ssl.keystore.password";
        if (Read(client, Location, found) is not { } content)
        {
            return;
        }

        if (content.Length == 0)
        {
            found.Add((Location, "is empty", "give a .p12 or .pfx file, whole"));
        }
        else if (content is [0xFE, 0xED, 0xFE, 0xED, ..])
        {
            found.Add((Location, "is a Java key store (JKS), and PKCS#12 is wanted", "convert it: keytool -importkeystore -deststoretype PKCS12"));
        }
        else if (content[0] != 0x30)
        {
            found.Add((Location, "is no PKCS#12 file", "give a .p12 or .pfx file; certificates in PEM form go to ssl.certificate.location and ssl.key.location"));
        }
        else if (!client.ContainsKey(Password))
        {
            found.Add((Password, "is required by ssl.keystore.location", "set it"));
        }
        else if (refusal.Contains("mac verify failure", StringComparison.Ordinal))
        {
            found.Add((Password, $"does not open {client[Location]}", "correct the password (mind white space at its end), or the file"));
        }
    }
}
