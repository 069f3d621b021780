using Confluent.Kafka;

namespace Consumers.Framework.Positions;

/// <summary>Where a partition goes on whose position is not there any more, and what that costs. Pure.</summary>
/// <param name="From">The offset that it was to go on with.</param>
/// <param name="To">The offset that it goes on with.</param>
/// <param name="Skipped">Offsets that nobody will see: deleted already, or passed over.</param>
/// <param name="Replayed">Offsets below the old position that are there and will be handled again, or for the first time.</param>
internal readonly record struct ResetPlan(long From, long To, long Skipped, long Replayed)
{
    /// <summary>By policy: the partition holds other offsets than it did.</summary>
    /// <param name="from">The offset that it was to go on with.</param>
    /// <param name="to">The offset that it goes on with.</param>
    /// <param name="range">What the partition holds.</param>
    public static ResetPlan Of(long from, Offset to, WatermarkOffsets range)
    {
        var target = to == Offset.End ? range.High.Value : Math.Clamp(to.Value, range.Low.Value, range.High.Value);
        return new ResetPlan(from, target, Math.Max(0, target - from), Math.Max(0, Math.Min(from, range.High.Value) - target));
    }

    /// <summary>
    /// To where a log has parted from the one that was consumed: the records that stood behind it are gone at the brokers, and those that
    /// stand there now are others. Nothing is skipped and nothing is seen again.
    /// </summary>
    public static ResetPlan ToTruncation(long from, long to) => new(from, to, Skipped: 0, Replayed: 0);
}
