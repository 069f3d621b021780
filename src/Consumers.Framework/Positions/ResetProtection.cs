using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Positions;

/// <summary>Says no to a reset that would repeat more than the user wants. Poll thread only.</summary>
internal sealed class ResetProtection(ConsumerSettings settings, IOffsetLookup offsets, TimeProvider time)
{
    private readonly ResetProtectionOptions _options = settings.Options.ResetProtection;

    /// <returns>Why not; an empty text when nothing is against it, and null when a broker was asked and has not answered.</returns>
    public string? Judge(TopicPartition topicPartition, ResetPlan plan, TimeSpan patience)
    {
        if (plan.Replayed == 0)
        {
            return "";
        }

        if (_options.MaxRecords is { } most && plan.Replayed > most)
        {
            return $"it would repeat {plan.Replayed} offsets, and ResetProtection:MaxRecords is {most}";
        }

        if (_options.MaxAge is not { } age)
        {
            return "";
        }

        // The first record that is young enough: any before it that the reset would bring are too old.
        return offsets.AtTime(topicPartition, new Timestamp(time.GetUtcNow() - age), patience) switch
        {
            null => null,
            { } young when young == Offset.End || young.Value > plan.To => $"it would repeat records that are older than ResetProtection:MaxAge, {age:c}",
            _ => "",
        };
    }
}
