using System.Collections;
using System.Globalization;

using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// The log scope of a handler. One for a lane's whole turn, so that a record costs nothing: it is read only when something is logged,
/// and shows the record that the lane has in hand then.
/// </summary>
internal sealed class RecordScope(RecordSlot slot) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 5;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Consumer", slot.Owner.Consumer),
        1 => new("Topic", slot.Owner.TopicPartition.Topic),
        2 => new("Partition", slot.Owner.TopicPartition.Partition.Value),
        3 => new("Offset", slot.Offset),
        4 => new("Attempt", slot.Attempt),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{slot.Owner.Consumer} {slot.Owner.TopicPartition.Topic}[{slot.Owner.TopicPartition.Partition.Value}]@{slot.Offset} attempt {slot.Attempt}");
}
