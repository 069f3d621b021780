using System.Diagnostics;
using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>Waits until a group has come to rest, so that its joining is not measured.</summary>
internal static class IdleWait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <param name="assigned">How many partitions the members have.</param>
    /// <param name="target">Whose partitions.</param>
    /// <exception cref="ArmFailedException">It took too long.</exception>
    public static void UntilSettled(Func<int> assigned, ArmTarget target)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var since = begin; Stopwatch.GetElapsedTime(since) < Rest; Thread.Sleep(Look))
        {
            if (assigned() != target.Partitions)
            {
                since = Stopwatch.GetTimestamp();
            }

            if (Stopwatch.GetElapsedTime(begin) > Limit)
            {
                throw new ArmFailedException($"its members have {assigned()} of {target.Partitions} partitions after {Limit.TotalMinutes} minutes");
            }
        }
    }
}
