using Consumers.Framework.Diagnostics;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;

namespace Consumers.Framework.Dispatching;

/// <summary>What is known of a lane's record that failed. Immutable; the lane replaces it with each attempt.</summary>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">The last error.</param>
/// <param name="Since">When it failed for the first time.</param>
/// <param name="Blocked">Whether the record holds its partition.</param>
/// <param name="HasNoHandler">Whether the handler could not be made, so that the record is not at fault.</param>
internal sealed record LaneFailure(int Attempts, string Reason, long Since, bool Blocked, bool HasNoHandler)
{
    public static LaneFailure Of(Exception failure, int attempts, long since, bool blocked) => failure is HandlerNotMadeException notMade
        ? new(attempts, notMade.Message, since, blocked, HasNoHandler: true)
        : new(attempts, FailureText.Of(failure), since, blocked, HasNoHandler: false);

    public FailingRecord ToRecord(long offset, TimeProvider time, long now) => new(offset, Attempts, Reason, time.GetElapsedTime(Since, now));
}
