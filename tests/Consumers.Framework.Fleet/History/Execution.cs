namespace Consumers.Framework.Fleet.History;

/// <summary>One attempt at one record in one member.</summary>
/// <param name="Member">Whose.</param>
/// <param name="Partition">The record's partition.</param>
/// <param name="Offset">The record's offset.</param>
/// <param name="Key">The record's key.</param>
/// <param name="Number">The record's number.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Start">When the handler began.</param>
/// <param name="End">When it ended; null when the process died first.</param>
/// <param name="IsDone">Whether it did the work.</param>
internal sealed record Execution(string Member, int Partition, long Offset, string Key, long Number, int Attempt, Moment Start, Moment? End, bool IsDone)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Member} [{Partition}] offset {Offset} attempt {Attempt}, {RunHistory.Text(Start)} to {(End is { } end ? RunHistory.Text(end) : "its death")}{(IsDone ? "" : ", not done")}");
}
