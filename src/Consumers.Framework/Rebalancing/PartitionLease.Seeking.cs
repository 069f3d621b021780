namespace Consumers.Framework.Rebalancing;

/// <summary>Whether the client went where it was sent. Poll thread only.</summary>
/// <remarks>
/// After a damaged batch the client may take garbage for an offset and reset the partition. T1 (the client) asks itself for the reset; T2
/// (the poll thread) has the batch dealt with and sends the client on to the offset after it; T1 carries the reset out, which the seek has
/// not outdated, and stands at the partition's beginning, or at its end: records would be repeated, or lost. So an answer from elsewhere
/// is asked for once more. The same answer again is the truth: a gap in the offsets, or a topic that was made anew.
/// </remarks>
internal sealed partial class PartitionLease
{
    private long? _doubted;

    /// <summary>Where the client was sent and has not answered from yet; null when it has.</summary>
    public long? Sought { get; private set; }

    /// <summary>The client is sent to the position.</summary>
    public void ExpectPosition()
    {
        Sought = Position;
        _doubted = null;
    }

    /// <summary>Whether to believe what the client delivers first, or says is the end.</summary>
    /// <returns>False when the client is to be sent again.</returns>
    public bool Believes(long offset)
    {
        if (Sought is null || offset == Sought || offset == _doubted)
        {
            Sought = null;
            return true;
        }

        _doubted = offset;
        return false;
    }
}
