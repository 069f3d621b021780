namespace Consumers.Framework.Committing;

/// <summary>
/// Group commit: an answer sets lanes free, and when handlers are fast those lanes wait for their next commit within microseconds. A
/// request that left with the first of them would leave the others to the one behind it, and each lane would wait for two round trips
/// instead of one. So the next request waits while they keep coming, for a small part of a round trip. Committer's thread only.
/// </summary>
internal sealed class CommitGathering(TimeProvider time)
{
    private const int RoundTripsPerBudget = 4;

    /// <summary>About 20 microseconds on any processor.</summary>
    private const int IterationsPerLook = 2000;

    private static readonly TimeSpan LargestBudget = TimeSpan.FromMilliseconds(1);

    /// <summary>Waits until all of them are back, or no other has come for some 20 microseconds, or the budget is spent.</summary>
    /// <param name="freed">How many lanes the answer has set free.</param>
    /// <param name="points">What it was about.</param>
    /// <param name="roundTrip">How long it took.</param>
    public void Wait(int freed, List<CommitPoint> points, TimeSpan roundTrip)
    {
        var budget = roundTrip / RoundTripsPerBudget;
        budget = budget < LargestBudget ? budget : LargestBudget;
        var startedAt = time.GetTimestamp();
        var before = -1;
        for (var back = 0; freed > 1 && back < freed && back != before && time.GetElapsedTime(startedAt) < budget;)
        {
            // The lanes may need this processor to come back.
            Thread.Yield();
            Thread.SpinWait(IterationsPerLook);
            before = back;
            back = Back(points);
        }
    }

    private static int Back(List<CommitPoint> points)
    {
        var back = 0;
        foreach (var point in points)
        {
            back += point.Source.ParkedLanes;
        }

        return back;
    }
}
