using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>Something that holds in every run. Pure: it reads the history and nothing else.</summary>
internal interface IInvariant
{
    /// <summary>Its short name in reports.</summary>
    string Id { get; }

    /// <summary>What it says.</summary>
    string Promise { get; }

    /// <summary>Where the run broke it: partition, offset, members and times.</summary>
    IEnumerable<string> Check(RunHistory history);
}
