using System.Globalization;

namespace Consumers.Framework.Testing.Mock;

/// <summary>What a mock cluster is created with. It crosses the border of a process as four numbers.</summary>
internal readonly record struct MockClusterStart(int Brokers, int GroupInitialRebalanceDelayMs, int SessionTimeoutMs, int HeartbeatIntervalMs)
{
    public static MockClusterStart Parse(ReadOnlySpan<string> arguments) => new(
        int.Parse(arguments[0], CultureInfo.InvariantCulture),
        int.Parse(arguments[1], CultureInfo.InvariantCulture),
        int.Parse(arguments[2], CultureInfo.InvariantCulture),
        int.Parse(arguments[3], CultureInfo.InvariantCulture));

    public string[] ToArguments() =>
    [
        Brokers.ToString(CultureInfo.InvariantCulture),
        GroupInitialRebalanceDelayMs.ToString(CultureInfo.InvariantCulture),
        SessionTimeoutMs.ToString(CultureInfo.InvariantCulture),
        HeartbeatIntervalMs.ToString(CultureInfo.InvariantCulture),
    ];
}
