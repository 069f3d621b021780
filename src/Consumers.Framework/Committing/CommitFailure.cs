using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>What of a worker is not accepted at present.</summary>
/// <param name="Since">The timestamp of the first refusal of the longest series.</param>
/// <param name="Error">The last refusal of that series.</param>
/// <param name="IsFailing">Whether any series is more than put off by a rebalance.</param>
internal sealed record CommitFailure(long Since, Error Error, bool IsFailing)
{
    public override string ToString() => $"{Error.Code}: {Error.Reason}";
}
