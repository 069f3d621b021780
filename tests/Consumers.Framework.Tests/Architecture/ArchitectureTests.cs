using System.Text.RegularExpressions;
using Consumers.Framework.TestKit.Docs;
using Consumers.Framework.Tests.Docs;

namespace Consumers.Framework.Tests.Architecture;

/// <summary>docs/architecture.md says how the core is laid out, and it is laid out so.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>The two places where a contract has to point at what carries it out.</summary>
    private static readonly HashSet<(string Path, string Stage)> Exceptions =
    [
        ("IKafkaHandler.cs", "Handling"),
        ("IKafkaHandler.TMessage.cs", "Handling"),
        ("ConsumeContext.cs", "Records"),
        ("RecordDecodingException.cs", "Diagnostics"),
    ];

    private static readonly IReadOnlyList<SourceFile> Files = SourceFile.All();

    /// <summary>Properties of options that are named as a type of another room is.</summary>
    private static readonly HashSet<(string From, string To)> FalseArrows =
    [
        ("KafkaConsumerOptions", "ResetProtection"), ("KafkaConsumerOptions", "Tombstones"), ("OptionCatalog", "ResetProtection"),
        ("OptionCatalog", "Tombstones"), ("RangeCheck", "ResetProtection"),
    ];

    [Fact]
    public void Stages_UseOnlyTheirOwnLayerAndThoseAbove()
    {
        var layers = Layers();
        var wrong = Files.SelectMany(file => file.UsedStages
            .Where(layers.ContainsKey)
            .Where(used => layers[used] > layers[file.Stage] && !Exceptions.Contains((file.Path, used)))
            .Select(used => $"{file.Path} uses {used}"));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Stages_AreTheFoldersAndTheNamespaces()
    {
        Assert.Equal(Layers().Keys.Order(StringComparer.Ordinal), Files.Select(static file => file.Stage).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(Files
            .Where(static file => !file.Text.Contains(
                file.Stage == "Root" ? "namespace Consumers.Framework;\n" : $"namespace Consumers.Framework.{file.Stage};\n", StringComparison.Ordinal))
            .Where(static file => !(file.Stage == "DependencyInjection"
                && file.Text.Contains("namespace Microsoft.Extensions.DependencyInjection;\n", StringComparison.Ordinal)))
            .Select(static file => file.Path));
    }

    [Fact]
    public void Files_AreSmallEnoughToReadAtOnce() =>
        Assert.Empty(Files.Where(static file => file.Text.Count(static character => character == '\n') > 300).Select(static file => file.Path));

    /// <summary>All parts of a type together: over this a second one hides in it.</summary>
    [Fact]
    public void Types_AreSmallEnoughToHaveOnePurpose() =>
        Assert.DoesNotContain(
            Files.GroupBy(static file => file.Path[..file.Path.IndexOf('.', StringComparison.Ordinal)])
                .Select(static type => (type.Key, Lines: type.Sum(static file => file.Text.Count(static character => character == '\n')))),
            static type => type.Lines > 450);

    [Fact]
    public void Types_FormNoLargeCircles() =>
        Assert.DoesNotContain(new TypeGraph(Files, FalseArrows).Circles, static circle => circle.Count > 7);

    [Fact]
    public void Pipeline_IsComposedInOnePlace()
    {
        string[] parts = ["new PollLoop(", "new Committer(", "new RebalanceCoordinator(", "new FlowControl(", "new LeaseEnvironment", "new PartitionOwnership("];
        Assert.All(parts, static part => Assert.Equal(
            ["Hosting/WorkerPipeline.cs"], Files.Where(file => file.Text.Contains(part, StringComparison.Ordinal)).Select(static file => file.Path)));
    }

    /// <summary>A log provider is the user's code: it may throw at any entry.</summary>
    [Fact]
    public void Loggers_AreMadeInOnePlaceThatGuardsThem() => Assert.Equal(
        ["Telemetry/GuardedLogger.cs"], Files.Where(static file => file.Text.Contains("CreateLogger", StringComparison.Ordinal)).Select(static file => file.Path));

    /// <summary>It may be overridden, and throw; for those of the framework and of librdkafka it does not matter.</summary>
    [Fact]
    public void Messages_OfExceptions_AreReadInOnePlaceThatGuardsThem() => Assert.Equal(
        ["Configuration/TopicPatternText.cs", "Diagnostics/ExceptionText.cs", "Interop/ConfluentHandle.cs", "Interop/Librdkafka.cs"],
        Files.Where(static file => TextOfException().IsMatch(file.Text)).Select(static file => file.Path).Order(StringComparer.Ordinal));

    [Fact]
    public void FileMap_IsTheTree()
    {
        Assert.Empty(Files.Where(static file => file.Summary.Length == 0).Select(static file => $"{file.Path} has no summary"));
        DocTable.Check("architecture.md", "files", ["File", "Holds"], Files.Select(static file => new[] { $"`{file.Path}`", file.Summary }));
    }

    [GeneratedRegex(@"\b(cause|exception|failure|fault|inner|json|thrown)\.(Message|StackTrace)\b")]
    private static partial Regex TextOfException();

    private static Dictionary<string, int> Layers()
    {
        const string marker = "<!-- layers -->\n```\n";
        var page = Repository.Read("docs/architecture.md");
        var start = page.IndexOf(marker, StringComparison.Ordinal) + marker.Length;
        var lines = page[start..page.IndexOf("```", start, StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.SelectMany(static (line, layer) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(stage => (stage, layer)))
            .ToDictionary(static pair => pair.stage, static pair => pair.layer, StringComparer.Ordinal);
    }
}
