using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Committing;

public sealed class CommitGatheringTests : IDisposable
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(1);
    private readonly World _world = new(static options => options.Commit.Strategy = CommitStrategy.PerRecord);
    private readonly SteppedClock _clock = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Wait_LanesComeBackOneByOne_WaitsForAllOfThem()
    {
        var points = Answered(5, out var freed);
        _clock.Step = () => _world.Manual.RunOne();
        new CommitGathering(_clock).Wait(freed, points, RoundTrip);
        Assert.Equal(5, points.Sum(static point => point.Source.ParkedLanes));
        Assert.Equal(0, _world.Manual.Ready);
    }

    [Fact]
    public void Wait_NoOtherComes_GoesWithoutThem()
    {
        var points = Answered(5, out var freed);
        var runs = 2;
        _clock.Step = () => _ = runs-- > 0 && _world.Manual.RunOne();
        new CommitGathering(_clock).Wait(freed, points, RoundTrip);
        Assert.Equal(3, _world.Manual.Ready);
        Assert.InRange(_clock.Looks, 3, 6);
    }

    [Fact]
    public void Wait_TheyComeSlowly_EndsAfterAQuarterOfARoundTrip()
    {
        var points = Answered(100, out var freed);
        _clock.Step = () =>
        {
            _clock.Now += TimeSpan.TicksPerMillisecond / 20;
            _world.Manual.RunOne();
        };
        new CommitGathering(_clock).Wait(freed, points, RoundTrip);
        Assert.InRange(_clock.Looks, 5, 7);
    }

    /// <summary>One lane has nobody to share a request with.</summary>
    [Fact]
    public void Wait_OneLane_DoesNotWait()
    {
        var points = Answered(1, out var freed);
        Assert.Equal(1, freed);
        new CommitGathering(_clock).Wait(freed, points, RoundTrip);
        Assert.InRange(_clock.Looks, 0, 1);
    }

    /// <summary>Leases with one lane each that waited for a commit, which is acknowledged: the lanes may go on.</summary>
    private List<CommitPoint> Answered(int leases, out int freed)
    {
        foreach (var partition in Enumerable.Range(0, leases))
        {
            _world.OpenWith(3, partition);
        }

        _world.Manual.RunAll();
        var points = _world.Table.All.Select(static lease => lease.Commits.NextCommit()!.Value).ToList();
        freed = points.Sum(static point => point.Source.Acknowledge(point.NextOffset));
        Assert.Equal(leases, freed);
        return points;
    }

    private sealed class SteppedClock : TimeProvider
    {
        public long Now { get; set; }

        public int Looks { get; private set; }

        /// <summary>What happens between two looks.</summary>
        public Action? Step { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            Assert.True(Looks < 1000, "It waits for ever.");
            if (Looks++ > 0)
            {
                Step?.Invoke();
            }

            return Now;
        }
    }
}
