using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>I4: one process never runs two handlers of one record at the same time.</summary>
internal sealed class NoTwoAtOnce : IInvariant
{
    public string Id => "I4";

    public string Promise => "a process never handles a record twice at once";

    public IEnumerable<string> Check(RunHistory history)
    {
        foreach (var record in history.Executions.GroupBy(static execution => (execution.Member, execution.Partition, execution.Offset)))
        {
            foreach (var (first, second) in record.Zip(record.Skip(1)))
            {
                if (first.End is not { } end || second.Start.Mono < end.Mono)
                {
                    yield return $"{second} began while this one ran: {first}";
                }
            }
        }
    }
}
