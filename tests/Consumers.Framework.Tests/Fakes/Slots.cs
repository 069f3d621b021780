using Consumers.Framework.Dispatching;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Records in hand without a lane that runs.</summary>
internal static class Slots
{
    private static readonly World Idle = new();
    private static readonly PartitionLease Lease = Idle.Open();

    /// <summary>The slot of a lane of topic orders that nobody runs.</summary>
    public static RecordSlot Create(RecordReader reader) => new(new Lane(Lease, Idle.Environment.Lanes), reader);

    public static ConsumeContext Begin(in FetchedRecord record) => Create(Idle.Reader).Begin(record);

    /// <summary>Of a consumer whose failures may quote the record.</summary>
    public static ConsumeContext BeginQuotable(in FetchedRecord record) =>
        new RecordSlot(new Lane(Lease, Idle.Environment.Lanes with { IncludesRecordData = true }), Idle.Reader).Begin(record);

    /// <summary>Takes a record in hand as a lane does.</summary>
    public static ConsumeContext Begin(this RecordSlot slot, in FetchedRecord record) => slot.Begin([new QueuedRecord(record, record.Offset)], 0);
}
