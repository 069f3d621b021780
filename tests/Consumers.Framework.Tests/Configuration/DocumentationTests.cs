using System.Text.Json;
using System.Text.RegularExpressions;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>
/// docs/configuration.md says what the code does. With UPDATE_DOCS=1 in the environment the tables are written instead of compared.
/// </summary>
public sealed partial class DocumentationTests
{
    private static readonly string File = Path.Combine(Root(), "docs", "configuration.md");

    public static TheoryData<string> Examples => [.. Example().Matches(System.IO.File.ReadAllText(File)).Select(m => m.Groups[1].Value)];

    [Fact]
    public void OptionsTable_IsTheCatalog() => Compare("options",
        ["| Option | Default | Range | librdkafka | Meaning |", "|---|---|---|---|---|"],
        OptionCatalog.All.Select(o => $"| `{o.Path}` | {Code(o.Default)} | {o.RangeText} | {Code(o.ClientKey)} | {o.Summary} |"));

    [Fact]
    public void ClientDefaultsTable_IsTheCode() => Compare("client defaults",
        ["| Key | Here | librdkafka | Why |", "|---|---|---|---|"],
        ClientDefault.All.Select(d => $"| `{d.Key}` | {d.Value} | {d.ClientValue} | {d.Reason} |"));

    [Fact]
    public void JavaTable_IsTheCode() => Compare("java names",
        ["| Java | Why it is refused | What does it here |", "|---|---|---|"],
        ReservedClientKeys.All.Where(a => OptionCatalog.All.Any(o => o.ClientKey == a.Key) || a.Key is "enable.auto.commit" or "auto.commit.interval.ms" or "allow.auto.create.topics")
            .Concat(JavaNames.All)
            .OrderBy(a => a.Key, StringComparer.Ordinal)
            .Select(a => $"| `{a.Key}` | {a.Wrong} | {a.Fix} |"));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_LoadsAsItStands(string json)
    {
        using var document = JsonDocument.Parse(json);
        var consumers = document.RootElement.GetProperty("Kafka").GetProperty("Consumers").EnumerateObject().Select(c => c.Name).ToArray();

        Assert.Equal(consumers.Length, ConfiguredHost.Builder(json, consumers).Load().Count);
    }

    private static void Compare(string table, string[] head, IEnumerable<string> rows)
    {
        var lines = string.Concat(head.Concat(rows).Select(line => line + "\n"));
        var text = System.IO.File.ReadAllText(File);
        var begin = $"<!-- table: {table} -->\n";
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        Assert.True(start > begin.Length, $"docs/configuration.md has no table '{table}'");
        var end = text.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            System.IO.File.WriteAllText(File, text[..start] + lines + text[end..]);
            return;
        }

        Assert.Equal(lines, text[start..end]);
    }

    private static string Code(string? text) => text is null ? "" : $"`{text}`";

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Consumers.Framework.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
