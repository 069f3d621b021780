using System.Reflection;
using System.Xml.Linq;
using Consumers.Framework.Testing;
using Consumers.Framework.TestKit.Docs;
using OpenTelemetry.Metrics;

namespace Consumers.Framework.Tests.Architecture;

/// <summary>A package names each package whose types it uses: what comes along with another one may stop coming along.</summary>
public sealed class PackageReferencesTests
{
    public static TheoryData<string> Packages => [.. Assemblies.Keys];

    private static Dictionary<string, Assembly> Assemblies { get; } = new Assembly[]
    {
        typeof(IKafkaHandler).Assembly, typeof(EmbeddedKafka).Assembly, typeof(ConsumersMeterProviderBuilderExtensions).Assembly,
    }.ToDictionary(static assembly => assembly.GetName().Name!);

    [Theory]
    [MemberData(nameof(Packages))]
    public void References_OfAPackage_AreWhatItUses(string package)
    {
        var platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var used = Assemblies[package].GetReferencedAssemblies().Select(static reference => reference.Name!)
            .Where(name => !Assemblies.ContainsKey(name) && !File.Exists(Path.Combine(platform, name + ".dll")))
            .Order(StringComparer.Ordinal);
        var named = XDocument.Load(Path.Combine(Repository.Root, "src", package, package + ".csproj"))
            .Descendants("PackageReference").Select(static reference => reference.Attribute("Include")!.Value).Order(StringComparer.Ordinal);

        Assert.Equal(used, named);
    }
}
