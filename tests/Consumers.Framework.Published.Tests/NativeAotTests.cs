using System.Text.RegularExpressions;

namespace Consumers.Framework.Published.Tests;

/// <summary>docs/aot.md: the framework compiled ahead of time, by the compiler and the linker of this machine.</summary>
public sealed partial class NativeAotTests
{
    /// <summary>All in Confluent.Kafka; the page names them.</summary>
    private static readonly string[] KnownWarnings =
    [
        "IL2026: Confluent.Kafka.Internal.OAuthBearer.Aws.AwsAutoWireDispatcher.ResolveCreateHandler()",
        "IL2067: Confluent.Kafka.Impl.Librdkafka.SetDelegates(Type)",
        "IL2075: Confluent.Kafka.Internal.OAuthBearer.Aws.AwsAutoWireDispatcher.ResolveCreateHandler()",
        "IL2091: Confluent.Kafka.Internal.Util.Marshal.PtrToStructure<T>(IntPtr)",
    ];

    [Fact]
    public async Task Publish_NativeAot_WarnsOfConfluentKafkaOnlyAndRuns()
    {
        Linker.SkipWhereThereIsNone();
        using var artifacts = new ArtifactsFolder();

        var published = await artifacts.PublishAsync("aot");

        Assert.True(published.ExitCode == 0, published.Output);
        Assert.Contains("passed: first record after ", published.Output, StringComparison.Ordinal);
        Assert.Equal(KnownWarnings, Warning().Matches(published.Output).Select(static match => $"{match.Groups[1]}: {match.Groups[2]}").Distinct().Order(StringComparer.Ordinal));

        var refused = await artifacts.RunAsync("aot", "--without-json");

        Assert.True(refused.ExitCode == 2, refused.Output);
        Assert.Contains("give UseJson a JsonSerializerContext that lists the type", refused.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"warning (IL\d{4}): (.+?\)): ")]
    private static partial Regex Warning();
}
