namespace Consumers.Framework.Rebalancing;

/// <summary>Whether the client went where it was sent. Poll thread only.</summary>
/// <remarks>
/// After a damaged batch the client may take garbage for an offset. Where there is no such offset it stops, even behind the seek that
/// sends it on: T1 (the client) asks itself for that; T2 (the poll thread) has the batch dealt with and seeks; T1 carries it out, which the
/// seek has not outdated, and reports it, so that the partition is started at its position again. Where there is one, or the seek did not
/// reach the client, records would be repeated, or lost. So an answer from elsewhere is asked for once more. The same answer again is the
/// truth: a gap in the offsets, or a topic that was made anew.
/// </remarks>
internal sealed partial class PartitionLease
{
    private long? _doubted;

    /// <summary>Where the client was sent and has not answered from yet; null when it has.</summary>
    public long? Sought { get; private set; }

    /// <summary>The client is sent to the offset that the lease expects.</summary>
    public void ExpectPosition()
    {
        Sought = Expected;
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
