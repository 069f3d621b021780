using Consumers.Framework.Offsets;
using CsCheck;

namespace Consumers.Framework.Tests.Offsets;

public sealed class OffsetTrackerTests
{
    /// <summary>One step of a run: receive after a gap, complete one of what was received, or pass offsets without a record.</summary>
    private static readonly Gen<(int Kind, int Value)[]> Runs =
        Gen.Select(Gen.Frequency((4, Gen.Const(0)), (6, Gen.Const(1)), (1, Gen.Const(2))), Gen.Int[0, 100]).Array[0, 200];

    [Fact]
    public void Watermark_AnyRun_IsThatOfTheNaiveModel() => Runs.Sample(static run =>
    {
        var tracker = new OffsetTracker(initialCapacity: 1);
        var model = new NaiveTracker();
        var sequences = new List<long>();
        foreach (var (kind, value) in run)
        {
            switch (kind)
            {
                case 0:
                    var offset = model.Position + (value % 5 == 0 ? value : 0);
                    Assert.Equal(sequences.Count, tracker.Receive(offset, value));
                    sequences.Add(sequences.Count);
                    model.Receive(offset, value);
                    break;

                case 1 when sequences.Count > 0:
                    // Also one that is final already: saying so twice is harmless.
                    var sequence = sequences[value % sequences.Count];
                    tracker.Complete(sequence);
                    model.Complete((int)sequence);
                    break;

                case 2:
                    tracker.Pass(model.Position + value - 50);
                    model.Pass(model.Position + value - 50);
                    break;
            }

            Assert.Equal(model.HasWatermark, tracker.HasWatermark);
            Assert.Equal(model.Position, tracker.Position);
            Assert.Equal(model.Outstanding, tracker.Outstanding);
            if (model.HasWatermark)
            {
                Assert.Equal(model.Watermark, tracker.Watermark);
                Assert.Equal(model.LeaderEpoch, tracker.LeaderEpoch);
            }
        }
    });

    [Fact]
    public void Watermark_EverythingFinal_IsThePosition() => Gen.Shuffle(Enumerable.Range(0, 50).ToArray()).Sample(static order =>
    {
        var tracker = new OffsetTracker();
        foreach (var index in Enumerable.Range(0, 50))
        {
            tracker.Receive(100 + (index * 3), leaderEpoch: 1);
        }

        Array.ForEach(order, sequence => tracker.Complete(sequence));
        Assert.Equal(tracker.Position, tracker.Watermark);
        Assert.Equal(100 + (49 * 3) + 1, tracker.Watermark);
        Assert.Equal(0, tracker.Outstanding);
    });

    [Fact]
    public void Scenario10_Watermark_GapBehindTheLastFinalRecord_ReachesTheNextRecord()
    {
        var tracker = new OffsetTracker();
        tracker.Complete(tracker.Receive(10, leaderEpoch: 1));
        tracker.Receive(20, leaderEpoch: 1);
        Assert.Equal(20, tracker.Watermark);
    }

    [Fact]
    public void Receive_OffsetBelowThePosition_Throws()
    {
        var tracker = new OffsetTracker();
        tracker.Receive(10, leaderEpoch: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Receive(10, leaderEpoch: 1));
        tracker.Pass(20);
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Receive(19, leaderEpoch: 1));
        Assert.Equal(1, tracker.Receive(20, leaderEpoch: 1));
    }

    [Fact]
    public void LeaderEpoch_NothingFinal_IsNone()
    {
        var tracker = new OffsetTracker();
        Assert.Equal(OffsetTracker.NoLeaderEpoch, tracker.LeaderEpoch);
        Assert.False(tracker.HasWatermark);
    }

    [Fact]
    public void LeaderEpoch_CompletedInAnyOrder_IsThatOfTheLastRecordBelowTheWatermark()
    {
        var tracker = new OffsetTracker();
        var first = tracker.Receive(1, leaderEpoch: 5);
        var second = tracker.Receive(2, leaderEpoch: 6);
        tracker.Receive(3, leaderEpoch: 7);
        tracker.Complete(second);
        tracker.Complete(first);
        Assert.Equal((3, 6), (tracker.Watermark, tracker.LeaderEpoch));
    }

    /// <summary>
    /// The client checks a committed offset against its epoch's end: with the epoch of the record before the gap, an offset behind a gap
    /// that a new leader wrote (a marker) looks like a truncated log.
    /// </summary>
    [Fact]
    public void LeaderEpoch_GapBelowTheWatermark_IsOneWhoseEndIsNotBelowTheWatermark()
    {
        var tracker = new OffsetTracker();
        tracker.Complete(tracker.Receive(99, leaderEpoch: 5));
        var behind = tracker.Receive(105, leaderEpoch: 6);
        Assert.Equal((105, 6), (tracker.Watermark, tracker.LeaderEpoch));

        tracker.Complete(behind);
        Assert.Equal((106, 6), (tracker.Watermark, tracker.LeaderEpoch));

        tracker.Pass(108);
        Assert.Equal((108, OffsetTracker.NoLeaderEpoch), (tracker.Watermark, tracker.LeaderEpoch));
    }

    /// <summary>Lists and loops, no ring and no cursor.</summary>
    private sealed class NaiveTracker
    {
        private readonly List<(long Offset, int Epoch)> _received = [];
        private readonly HashSet<int> _final = [];

        public bool HasWatermark { get; private set; }

        public long Position { get; private set; }

        public int FirstOpen => Enumerable.Range(0, _received.Count + 1).First(index => !_final.Contains(index));

        public long Watermark => FirstOpen < _received.Count ? _received[FirstOpen].Offset : Position;

        public int Outstanding => _received.Count - FirstOpen;

        public int LeaderEpoch =>
            FirstOpen > 0 && _received[FirstOpen - 1].Offset + 1 == Watermark ? _received[FirstOpen - 1].Epoch
            : FirstOpen < _received.Count ? _received[FirstOpen].Epoch
            : OffsetTracker.NoLeaderEpoch;

        public void Receive(long offset, int epoch)
        {
            _received.Add((offset, epoch));
            Position = offset + 1;
            HasWatermark = true;
        }

        public void Complete(int index) => _final.Add(index);

        public void Pass(long position)
        {
            Position = HasWatermark ? Math.Max(position, Position) : position;
            HasWatermark = true;
        }
    }
}
