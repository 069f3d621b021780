using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Consumers.Framework.IntegrationTests.Brokers.LongestFirst))]

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>The collections that take minutes begin at once, so that none of them is waited for alone in the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = ["Positions ", "WorkerRestartTests ", "Groups ", "Leases ", "Handling ", "HungBrokerTests "];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(static collection => !Array.Exists(Longest, name => collection.TestCollectionDisplayName.StartsWith(name, StringComparison.Ordinal)))];
}
