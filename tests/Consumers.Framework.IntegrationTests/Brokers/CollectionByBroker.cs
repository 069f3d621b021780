using Consumers.Framework.IntegrationTests.Processes;
using Xunit.v3;

[assembly: CollectionBehavior(typeof(Consumers.Framework.IntegrationTests.Brokers.CollectionByBroker))]

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>
/// Tests of the embedded broker, of groups on a real one, of whole processes, and all others run side by side, each kind one after another and
/// on a broker of its own: most of their time is a group's waiting. What is marked with <see cref="RunsAloneAttribute"/> comes after all of them.
/// </summary>
public sealed class CollectionByBroker(IXunitTestAssembly assembly) : IXunitTestCollectionFactory
{
    private readonly XunitTestCollection _embedded = Create(assembly, "Embedded");
    private readonly XunitTestCollection _groups = Create(assembly, "Groups");
    private readonly XunitTestCollection _processes = Create(assembly, "Processes");
    private readonly XunitTestCollection _other = Create(assembly, "Other brokers");
    private readonly XunitTestCollection _alone = Create(assembly, "Alone", alone: true);

    /// <inheritdoc/>
    public string DisplayName => "by broker";

    /// <inheritdoc/>
    public IXunitTestCollection Get(Type testClass) =>
        testClass.IsDefined(typeof(RunsAloneAttribute), inherit: true) ? _alone
        : typeof(ProcessTests).IsAssignableFrom(testClass) ? _processes
        : testClass.Name.StartsWith("Embedded", StringComparison.Ordinal) ? _embedded
        : testClass.Namespace == typeof(Groups.RealKafkaHandOverTests).Namespace ? _groups
        : _other;

    private static XunitTestCollection Create(IXunitTestAssembly assembly, string name, bool alone = false) =>
        new(assembly, collectionDefinition: null, disableParallelization: alone, $"{name} ({assembly.AssemblyName})");
}
