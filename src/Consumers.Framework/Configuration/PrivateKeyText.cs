using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Consumers.Framework.Configuration;

/// <summary>Says what is wrong with a private key in PEM form: none there, encrypted, another password, another certificate. Never prints it.</summary>
internal static class PrivateKeyText
{
    private const string Location = "ssl.key.location";
    private const string Pem = "ssl.key.pem";
    private const string Password = "ssl.key.password";

    public static void Explain(IDictionary<string, string> client, List<(string Key, string Wrong, string Fix)> found)
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
        else if (IsEncrypted(text) && string.IsNullOrEmpty(password))
        {
            found.Add((Password, $"is not set, and the private key of {key} is encrypted", "set it"));
        }
        else if (PublicKeyOf(text, password) is { } publicKey)
        {
            CompareToCertificate(client, key, publicKey, found);
        }
        else if (IsEncrypted(text))
        {
            found.Add((Password, $"does not open the private key of {key}", "correct the password (mind white space at its end), or the key"));
        }
        else
        {
            found.Add((key, "holds a private key that cannot be read", "give it in PEM form, whole"));
        }
    }

    private static void CompareToCertificate(
        IDictionary<string, string> client, string key, byte[] publicKey, List<(string Key, string Wrong, string Fix)> found)
    {
        var path = client.TryGetValue("ssl.certificate.location", out var location) ? location : null;
        var text = client.TryGetValue("ssl.certificate.pem", out var pem) ? pem : path is not null && File.Exists(path) ? File.ReadAllText(path) : null;
        if (text is null)
        {
            if (path is null)
            {
                found.Add((key, "is a private key without a certificate", "set ssl.certificate.location or ssl.certificate.pem as well"));
            }
        }
        else if (KeyMaterial.CertificatesIn(text) is { } certificates && !certificates[0].PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey))
        {
            found.Add((key, $"is not the private key of the certificate {Shown(certificates[0], path)}",
                "give the two that belong together; in a chain the client's own certificate comes first"));
        }
    }

    private static string Shown(X509Certificate2 certificate, string? path) => path is null ? $"({certificate.Subject})" : $"in {path} ({certificate.Subject})";

    private static bool IsEncrypted(string text) =>
        text.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal) || text.Contains("4,ENCRYPTED", StringComparison.Ordinal);

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
