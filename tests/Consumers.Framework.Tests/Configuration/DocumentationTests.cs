using System.Text.Json;
using System.Text.RegularExpressions;
using Consumers.Framework.Configuration;
using Consumers.Framework.TestKit.Docs;
using Consumers.Framework.Tests.Docs;
using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>
/// docs/configuration.md says what the code does. With UPDATE_DOCS=1 in the environment the tables are written instead of compared.
/// </summary>
public sealed partial class DocumentationTests
{
    private const string Page = "configuration.md";

    public static TheoryData<string> Examples =>
        [.. new[] { Page, "jobs.md" }.SelectMany(static page => Example().Matches(Repository.Read($"docs/{page}"))).Select(static match => match.Groups[1].Value)];

    [Fact]
    public void OptionsTable_IsTheCatalog() => DocTable.Check(
        Page, "options", ["Option", "Default", "Range", "librdkafka", "Meaning"],
        OptionCatalog.All.Select(o => new[] { $"`{o.Path}`", Code(o.Default), o.RangeText, Code(o.ClientKey), o.Summary }));

    [Fact]
    public void ClientDefaultsTable_IsTheCode() => DocTable.Check(
        Page, "client-defaults", ["Key", "Here", "librdkafka", "Why"],
        ClientDefault.All.Select(d => new[] { $"`{d.Key}`", d.Value, d.ClientValue, d.Reason }));

    [Fact]
    public void JavaTable_IsTheCode() => DocTable.Check(
        Page, "java-names", ["Java", "Why it is refused", "What does it here"],
        ReservedClientKeys.All.Where(a => OptionCatalog.All.Any(o => o.ClientKey == a.Key) || a.Key is "enable.auto.commit" or "auto.commit.interval.ms" or "allow.auto.create.topics")
            .Concat(JavaNames.All)
            .OrderBy(a => a.Key, StringComparer.Ordinal)
            .Select(a => new[] { $"`{a.Key}`", a.Wrong, a.Fix }));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_LoadsAsItStands(string json)
    {
        using var document = JsonDocument.Parse(json);
        var consumers = document.RootElement.GetProperty("Kafka").GetProperty("Consumers").EnumerateObject().Select(c => c.Name).ToArray();

        var builder = ConfiguredHost.Builder(json, consumers);
        if (json.Contains("\"sasl.username\"", StringComparison.Ordinal))
        {
            // As the page says, it is in no file.
            builder.Configuration.AddInMemoryCollection([new("Kafka:Client:sasl_password", "p")]);
        }

        Assert.Equal(consumers.Length, builder.Load().Count);
    }

    private static string Code(string? text) => text is null ? "" : $"`{text}`";

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
