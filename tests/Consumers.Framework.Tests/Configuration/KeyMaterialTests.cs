using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>Certificates and keys that the client refuses when it is made: before start, with the setting, the file and the reason.</summary>
public sealed class KeyMaterialTests : IDisposable
{
    private const string Password = "hunter2";

    // The first test vector of RFC 8032: .NET makes no keys of Ed25519 and reads none.
    private const string EdwardsPrivate = "9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60";
    private const string EdwardsPublic = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A";

    private readonly string _folder = Directory.CreateTempSubdirectory("keys-").FullName;
    private readonly string _certificate;
    private readonly string _key;
    private readonly string _encrypted;
    private readonly string _otherKey;
    private readonly string _store;
    private readonly string _traditional;
    private readonly string _edwards;
    private readonly string _edwardsCertificate;
    private readonly string _twoKeys;

    public KeyMaterialTests()
    {
        using var key = RSA.Create(2048);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=billing", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2046, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _certificate = Write("client.pem", certificate.ExportCertificatePem());
        _key = Write("client.key", key.ExportPkcs8PrivateKeyPem());
        _encrypted = Write("encrypted.key", key.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        _otherKey = Write("other.key", other.ExportPkcs8PrivateKeyPem());
        _store = Path.Combine(_folder, "client.p12");
        File.WriteAllBytes(_store, certificate.Export(X509ContentType.Pkcs12, Password));
        _traditional = Write("traditional.key", Traditional(key));
        _edwards = Write("edwards.key", Edwards(EdwardsPrivate));
        _edwardsCertificate = Write("edwards.pem", EdwardsCertificate(key));
        _twoKeys = Write("two.key", $"{key.ExportPkcs8PrivateKeyPem()}\n{other.ExportPkcs8PrivateKeyPem()}\n");
        Write("reversed.key", $"{other.ExportPkcs8PrivateKeyPem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        Write("other-edwards.key", Edwards(EdwardsPublic));
        Write("cut.key", key.ExportPkcs8PrivateKeyPem()[..600]);
        Write("empty.p12", "");
        Write("no.so", "");
        File.WriteAllBytes(Path.Combine(_folder, "cut.p12"), File.ReadAllBytes(_store)[..300]);
        Write("junk.pem", "hunter2");
        Write("empty.pem", "\n");
        File.WriteAllBytes(Path.Combine(_folder, "client.jks"), [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]);
        File.WriteAllBytes(Path.Combine(_folder, "client.der"), certificate.Export(X509ContentType.Cert));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The client's settings, the setting that is named, and parts of what is said; <c>@name</c> is a file of the folder.</summary>
    public static TheoryData<string[], string, string> Bad => new()
    {
        { ["ssl.ca.location", "@none.pem"], "ssl.ca.location", "does not exist; correct the path" },
        { ["ssl.ca.location", "none.pem"], "ssl.ca.location", "the process's folder" },
        { ["ssl.ca.location", "@client.pem "], "ssl.ca.location", "mind the white space at its end" },
        { ["ssl.ca.location", "@junk.pem"], "ssl.ca.location", "holds no certificate that can be read" },
        { ["ssl.ca.location", "@empty.pem"], "ssl.ca.location", "is empty" },
        { ["ssl.ca.location", "@client.jks"], "ssl.ca.location", "is a Java key store (JKS), and PEM is wanted" },
        { ["ssl.ca.location", "@client.der"], "ssl.ca.location", "is binary (DER or PKCS#12)" },
        { ["ssl.ca.pem", "@client.pem"], "ssl.ca.pem", "looks like the path of a file" },
        { ["ssl.ca.pem", "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----"], "ssl.ca.pem", @"has \n written out" },
        { ["ssl.certificate.location", "@none.pem", "ssl.key.location", "@client.key"], "ssl.certificate.location", "does not exist" },
        { ["ssl.certificate.location", "@client.key", "ssl.key.location", "@client.key"], "ssl.certificate.location", "holds no certificate" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@none.key"], "ssl.key.location", "does not exist" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@client.pem"], "ssl.key.location", "holds a certificate and no private key" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@other.key"], "ssl.key.location", "is not the private key of the certificate" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@encrypted.key"], "ssl.key.password", "is not set, and the private key of ssl.key.location is encrypted" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@encrypted.key", "ssl.key.password", "hunter2 "], "ssl.key.password", "does not open the private key" },
        { ["ssl.key.location", "@client.key"], "ssl.key.location", "without a certificate" },
        { ["ssl.keystore.location", "@none.p12", "ssl.keystore.password", "hunter2"], "ssl.keystore.location", "does not exist" },
        { ["ssl.keystore.location", "@client.jks", "ssl.keystore.password", "hunter2"], "ssl.keystore.location", "PKCS#12 is wanted" },
        { ["ssl.keystore.location", "@client.pem", "ssl.keystore.password", "hunter2"], "ssl.keystore.location", "is no PKCS#12 file" },
        { ["ssl.keystore.location", "@client.p12", "ssl.keystore.password", "hunter2x"], "ssl.keystore.password", "does not open" },
        { ["ssl.keystore.location", "@client.p12"], "ssl.keystore.password", "is required by ssl.keystore.location" },
        { ["ssl.ca.location", "@none.pem", "ssl.certificate.location", "@edwards.pem", "ssl.key.location", "@edwards.key"], "ssl.ca.location", "does not exist" },
        { ["ssl.ca.location", "@none.pem", "ssl.certificate.location", "@client.pem", "ssl.key.location", "@traditional.key", "ssl.key.password", "hunter2"], "ssl.ca.location", "does not exist" },
        { ["ssl.ca.location", "@none.pem", "ssl.certificate.location", "@client.pem", "ssl.key.location", "@two.key"], "ssl.ca.location", "does not exist" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@traditional.key", "ssl.key.password", "hunter2 "], "ssl.key.password", "does not open the private key" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@edwards.key"], "ssl.key.location", "is not the private key of the certificate" },
        { ["ssl.certificate.location", "@edwards.pem", "ssl.key.location", "@client.key"], "ssl.key.location", "is not the private key of the certificate" },
        { ["ssl.certificate.location", "@edwards.pem", "ssl.key.location", "@other-edwards.key"], "ssl.key.location", "is not the private key of the certificate" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@reversed.key"], "ssl.key.location", "is not the private key of the certificate" },
        { ["ssl.certificate.location", "@client.pem", "ssl.key.location", "@cut.key"], "ssl.key.location", "holds a private key that cannot be read" },
        { ["ssl.keystore.location", "@empty.p12", "ssl.keystore.password", "hunter2"], "ssl.keystore.location", "is empty" },
        { ["ssl.keystore.location", "@cut.p12", "ssl.keystore.password", "hunter2"], "ssl.keystore.location", "is refused by the client" },
        { ["ssl.engine.location", "@no.so"], "ssl.engine.location", "is refused by the client" },
        { ["ssl.providers", "default,nope"], "ssl.providers", "is refused by the client" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Load_ClientWouldBeRefused_NamesSettingFileAndReason(string[] settings, string key, string said)
    {
        var failure = Assert.Single(ConfiguredHost.Orders(Client(settings)).Failures());

        Assert.StartsWith($"Kafka:Consumers:orders:Client:{key} = ", failure, StringComparison.Ordinal);
        Assert.Contains(said, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TwoFilesAreBad_BothAreNamed() => Assert.Equal(2, ConfiguredHost.Orders(Client(["ssl.ca.location", "@none.pem", "ssl.key.location", "@none.key"])).Failures().Count);

    [Fact]
    public void Load_SomethingElseIsWrongToo_TheFileIsNamedBesideIt()
    {
        var failures = ConfiguredHost.Orders($"\"Workers\": 0, {Client(["ssl.ca.location", "@none.pem"])}").Failures();

        Assert.Contains(failures, failure => failure.Contains("ssl.ca.location", StringComparison.Ordinal));
        Assert.Equal(2, failures.Count);
    }

    [Fact]
    public void Load_EverythingThatBelongsTogether_IsTaken()
    {
        foreach (var settings in new string[][]
        {
            ["ssl.ca.location", _certificate], ["ssl.ca.location", _folder], ["ssl.ca.pem", File.ReadAllText(_certificate)],
            ["ssl.certificate.location", _certificate, "ssl.key.location", _key],
            ["ssl.certificate.location", _certificate, "ssl.key.location", _encrypted, "ssl.key.password", Password],
            ["ssl.certificate.pem", File.ReadAllText(_certificate), "ssl.key.pem", File.ReadAllText(_key)],
            ["ssl.certificate.location", _certificate, "ssl.key.location", _traditional, "ssl.key.password", Password],
            ["ssl.certificate.location", _certificate, "ssl.key.location", _twoKeys],
            ["ssl.certificate.location", _edwardsCertificate, "ssl.key.location", _edwards],
            ["ssl.keystore.location", _store, "ssl.keystore.password", Password],
        })
        {
            Assert.NotEmpty(ConfiguredHost.Orders(Client(settings)).LoadOne().WorkerClients);
        }
    }

    [Fact]
    public void Load_NotEnabled_NoFileIsLookedFor() =>
        Assert.Empty(ConfiguredHost.Orders($"\"Enabled\": false, {Client(["ssl.ca.location", "@none.pem"])}").LoadOne().WorkerClients);

    [Fact]
    public void Load_SecretEndsWithWhiteSpace_WarnsWithoutTheValue()
    {
        var settings = ConfiguredHost.Orders(
            "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"PLAIN\", \"sasl.username\": \"u\", \"sasl.password\": \"hunter2\\n\" }").LoadOne();

        var warning = Assert.Single(settings.Warnings);
        Assert.StartsWith("Kafka:Consumers:orders:Client:sasl.password ends with white space", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CredentialsWithoutSasl_Warns() => Assert.Contains(
        "SASL over TLS is SASL_SSL",
        Assert.Single(ConfiguredHost.Orders("\"Client\": { \"security.protocol\": \"SSL\", \"sasl.username\": \"u\" }").LoadOne().Warnings), StringComparison.Ordinal);

    /// <summary>As openssl has written encrypted keys for long, and .NET never.</summary>
    private static string Traditional(RSA key)
    {
        var salt = Convert.FromHexString("000102030405060708090A0B0C0D0E0F");
        using var cipher = Aes.Create();
#pragma warning disable CA5351 // The format is what it is.
        cipher.Key = MD5.HashData([.. Encoding.ASCII.GetBytes(Password), .. salt[..8]]);
#pragma warning restore CA5351
        var pem = PemEncoding.WriteString("RSA PRIVATE KEY", cipher.EncryptCbc(key.ExportRSAPrivateKey(), salt));
        return pem.Insert(pem.IndexOf('\n', StringComparison.Ordinal) + 1, $"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{Convert.ToHexString(salt)}\n\n");
    }

    private static string Edwards(string secret) => PemEncoding.WriteString("PRIVATE KEY", Convert.FromHexString("302E020100300506032B657004220420" + secret));

    private static string EdwardsCertificate(RSA issuer)
    {
        var name = new X500DistinguishedName("CN=edwards");
        var publicKey = PublicKey.CreateFromSubjectPublicKeyInfo(Convert.FromHexString("302A300506032B6570032100" + EdwardsPublic), out _);
        using var certificate = new CertificateRequest(name, publicKey, HashAlgorithmName.SHA256).Create(
            name, X509SignatureGenerator.CreateForRSA(issuer, RSASignaturePadding.Pkcs1),
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2046, 1, 1, 0, 0, 0, TimeSpan.Zero), [1]);
        return certificate.ExportCertificatePem();
    }

    private string Client(string[] settings) =>
        $"\"Client\": {{ \"security.protocol\": \"SSL\"{string.Concat(settings.Chunk(2).Select(pair => $", \"{pair[0]}\": {JsonSerializer.Serialize(pair[1].StartsWith('@') ? Path.Combine(_folder, pair[1][1..]) : pair[1])}"))} }}";

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text, Encoding.ASCII);
        return path;
    }
}
