using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Records in hand without a lane that runs.</summary>
internal static class Slots
{
    private static readonly World Idle = new();

    /// <summary>A slot of topic orders.</summary>
    public static RecordSlot Create(RecordReader reader) => new(new FakeRecordOwner(), reader);

    public static ConsumeContext Begin(in FetchedRecord record) => Create(Idle.Reader).Begin(record);

    /// <summary>Of a consumer whose failures may quote the record.</summary>
    public static ConsumeContext BeginQuotable(in FetchedRecord record) =>
        new RecordSlot(new FakeRecordOwner { IncludesRecordData = true }, Idle.Reader).Begin(record);

    /// <summary>Takes a record in hand as a lane does.</summary>
    public static ConsumeContext Begin(this RecordSlot slot, in FetchedRecord record) => slot.Begin([new QueuedRecord(record, record.Offset)], 0);
}
