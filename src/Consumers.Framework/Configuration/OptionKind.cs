namespace Consumers.Framework.Configuration;

/// <summary>What text an option is written as.</summary>
internal enum OptionKind
{
    Flag,
    Number,
    Duration,
    Text,
    Choice,
    TextList,
    ServerList,
    PartitionMap,
    ReadBound,
    ClientSettings,
}
