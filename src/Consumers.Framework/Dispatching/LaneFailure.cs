using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Dispatching;

/// <summary>What is known of a lane's record that failed. Immutable; the lane replaces it with each attempt.</summary>
internal sealed record LaneFailure(int Attempts, string Reason, long Since, bool Blocked)
{
    public FailingRecord ToRecord(long offset, TimeProvider time, long now) => new(offset, Attempts, Reason, time.GetElapsedTime(Since, now));
}
