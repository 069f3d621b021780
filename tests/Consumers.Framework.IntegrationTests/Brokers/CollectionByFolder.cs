using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.IntegrationTests.Processes;
using Xunit.v3;

[assembly: CollectionBehavior(typeof(Consumers.Framework.IntegrationTests.Brokers.CollectionByFolder))]

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>
/// The tests of one folder run one after another, and folders side by side: most of a test's time is a group's waiting. Those of a folder that
/// run on the embedded broker are a collection of their own, and so is each class of conformance tests and of processes. What is marked with
/// <see cref="RunsAloneAttribute"/> comes after all of them.
/// </summary>
public sealed class CollectionByFolder(IXunitTestAssembly assembly) : IXunitTestCollectionFactory
{
    private readonly Dictionary<string, XunitTestCollection> _collections = [];

    /// <inheritdoc/>
    public string DisplayName => "by folder";

    /// <inheritdoc/>
    public IXunitTestCollection Get(Type testClass)
    {
        var isAlone = testClass.IsDefined(typeof(RunsAloneAttribute), inherit: true);
        var name = isAlone ? "Alone" : NameOf(testClass);
        if (!_collections.TryGetValue(name, out var collection))
        {
            _collections[name] = collection = new(assembly, collectionDefinition: null, disableParallelization: isAlone, $"{name} ({assembly.AssemblyName})");
        }

        return collection;
    }

    private static string NameOf(Type testClass)
    {
        var folder = testClass.Namespace!.Split('.')[^1];
        return typeof(ConformanceTests).IsAssignableFrom(testClass) || typeof(ProcessTests).IsAssignableFrom(testClass) ? testClass.Name
            : testClass.Name.StartsWith("Embedded", StringComparison.Ordinal) ? $"Embedded {folder}"
            : folder;
    }
}
