using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Consumers.Framework.Interop;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Interop;

public sealed partial class ConfluentLibraryTests
{
    [Fact]
    public void Load_KeepsEveryClassOfNativeMethodsThatConfluentHas()
    {
        var kept = typeof(ConfluentLibrary).GetMethod(nameof(ConfluentLibrary.Load))!.GetCustomAttributes<DynamicDependencyAttribute>().ToList();

        Assert.Equal(
            typeof(Library).Assembly.GetTypes().Where(static type => type.Namespace == "Confluent.Kafka.Impl.NativeMethods" && !type.IsNested).Select(static type => type.FullName).Order(StringComparer.Ordinal),
            kept.Select(static dependency => dependency.TypeName).Order(StringComparer.Ordinal));
        Assert.All(kept, static dependency => Assert.Equal("Confluent.Kafka", dependency.AssemblyName));
        Assert.All(kept, static dependency => Assert.Equal(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods, dependency.MemberTypes));
    }

    [Fact]
    public void Clients_OfThePackages_AreAllMadeByIt()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(static file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file)))
            .Where(static file => file.Name != "ConfluentLibrary.cs")
            .ToList();

        Assert.Contains(files, static file => NewClient().IsMatch(file.Text));
        Assert.Empty(files.Where(static file => NewClient().Count(file.Text) != MadeClient().Count(file.Text) || file.Text.Contains("builder.Build()", StringComparison.Ordinal)).Select(static file => file.Name));
    }

    [GeneratedRegex(@"new (Consumer|Producer|AdminClient)Builder\b")]
    private static partial Regex NewClient();

    [GeneratedRegex(@"ConfluentLibrary\.Create\(")]
    private static partial Regex MadeClient();
}
