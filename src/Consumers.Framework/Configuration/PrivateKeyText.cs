using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Consumers.Framework.Configuration;

/// <summary>Says what is wrong with a private key in PEM form: none there, encrypted, another password, another certificate. Never prints it.</summary>
/// <remarks>.NET reads fewer kinds of keys than the client. One that it cannot read is bad only when the client has refused this very key.</remarks>
internal static class PrivateKeyText
{
    private const string Location = "ssl.key.location";
    private const string Pem = "ssl.key.pem";
    private const string Password = "ssl.key.password";

    public static void Explain(IDictionary<string, string> client, string refusal, List<(string Key, string Wrong, string Fix)> found)
    {
        var file = KeyMaterial.Read(client, Location, found);
        var isInline = file is null && client.ContainsKey(Pem);
        var key = isInline ? Pem : Location;
        if ((isInline ? client[Pem] : file is null ? null : Encoding.UTF8.GetString(file)) is not { } text)
        {
            return;
        }

        var password = client.TryGetValue(Password, out var set) ? set : null;
        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            var (wrong, fix) = KeyMaterial.NoPem(Encoding.UTF8.GetBytes(text), "private key", isInline);
            found.Add((key, text.Contains("-----BEGIN CERTIFICATE", StringComparison.Ordinal) ? "holds a certificate and no private key" : wrong, fix));
        }
        else if (IsEncrypted(text = First(text)) && string.IsNullOrEmpty(password))
        {
            found.Add((Password, $"is not set, and the private key of {key} is encrypted", "set it"));
        }
        else if (IsMismatch(refusal))
        {
            CompareToCertificate(client, key, publicKey: null, found);
        }
        else if (PublicKeyOf(text, password) is { } publicKey)
        {
            CompareToCertificate(client, key, publicKey, found);
        }
        else if (refusal.Contains(key, StringComparison.Ordinal))
        {
            found.Add(IsEncrypted(text)
                ? (Password, $"does not open the private key of {key}", "correct the password (mind white space at its end), or the key")
                : (key, "holds a private key that cannot be read", "give it in PEM form, whole"));
        }
    }

    /// <summary>Whether the client says that it has read key and certificate, and that they differ: the keys, or else their kinds.</summary>
    public static bool IsMismatch(string refusal) =>
        refusal.Contains("key values mismatch", StringComparison.Ordinal) || refusal.StartsWith("Private key check failed", StringComparison.Ordinal);

    /// <param name="client">The user's client settings.</param>
    /// <param name="key">The setting that the private key comes from.</param>
    /// <param name="publicKey">That of the private key; null when the client has compared them already.</param>
    /// <param name="found">What is found.</param>
    private static void CompareToCertificate(
        IDictionary<string, string> client, string key, byte[]? publicKey, List<(string Key, string Wrong, string Fix)> found)
    {
        var path = client.TryGetValue("ssl.certificate.location", out var location) ? location : null;
        var text = client.TryGetValue("ssl.certificate.pem", out var pem) ? pem : path is not null && File.Exists(path) ? File.ReadAllText(path) : null;
        if (text is null)
        {
            if (path is null && !client.ContainsKey("ssl.keystore.location"))
            {
                found.Add((key, "is a private key without a certificate", "set ssl.certificate.location or ssl.certificate.pem as well"));
            }
        }
        else if (KeyMaterial.CertificatesIn(text) is { } certificates
            && (publicKey is null || (PublicKeyOf(certificates[0]) is { } its && !its.AsSpan().SequenceEqual(publicKey))))
        {
            found.Add((key, $"is not the private key of the certificate {Shown(certificates[0], path)}",
                "give the two that belong together; in a chain the client's own certificate comes first"));
        }
    }

    /// <summary>The first key of a text, which is the one that the client takes.</summary>
    private static string First(string text)
    {
        const string End = "PRIVATE KEY-----";
        var label = text.IndexOf(End, StringComparison.Ordinal);
        var begin = text.LastIndexOf("-----BEGIN ", label, StringComparison.Ordinal);
        var end = text.IndexOf(End, label + 1, StringComparison.Ordinal);
        return begin < 0 || end < 0 ? text : text[begin..(end + End.Length)];
    }

    private static string Shown(X509Certificate2 certificate, string? path) => path is null ? $"({certificate.Subject})" : $"in {path} ({certificate.Subject})";

    private static bool IsEncrypted(string text) =>
        text.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal) || text.Contains("4,ENCRYPTED", StringComparison.Ordinal);

    /// <summary>Written by the same code as that of a private key, since one key can be written in several ways. Null for kinds that .NET cannot read.</summary>
    private static byte[]? PublicKeyOf(X509Certificate2 certificate)
    {
        try
        {
            using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey();
            return key?.ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[]? PublicKeyOf(string text, string? password) => PublicKeyOf(RSA.Create, text, password) ?? PublicKeyOf(ECDsa.Create, text, password);

    private static byte[]? PublicKeyOf(Func<AsymmetricAlgorithm> create, string text, string? password)
    {
        using var algorithm = create();
        try
        {
            if (IsEncrypted(text))
            {
                algorithm.ImportFromEncryptedPem(text, password);
            }
            else
            {
                algorithm.ImportFromPem(text);
            }

            return algorithm.ExportSubjectPublicKeyInfo();
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // Another kind of key, or not to be read.
            return null;
        }
    }
}
