using Consumers.Framework.Rebalancing;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Rebalancing;

public sealed class DrainSignalTests
{
    /// <summary>A pulse that comes while somebody begins to wait: either it sees the waiter or the waiter sees what it was about.</summary>
    [Fact]
    public void Pulse_AgainstWaitersThatCome_NoneIsLost()
    {
        const int Rounds = 20_000;
        var there = new DrainSignal(TimeProvider.System);
        var back = new DrainSignal(TimeProvider.System);
        var sent = 0;
        var answered = 0;
        var other = new Thread(() =>
        {
            for (var round = 1; round <= Rounds; round++)
            {
                var awaited = round;
                there.Wait(() => Volatile.Read(ref sent) >= awaited, Waiting.Limit);
                Volatile.Write(ref answered, round);
                back.Pulse();
            }
        });
        other.Start();
        var startedAt = TimeProvider.System.GetTimestamp();
        for (var round = 1; round <= Rounds; round++)
        {
            var awaited = round;
            Volatile.Write(ref sent, round);
            there.Pulse();
            Assert.True(back.Wait(() => Volatile.Read(ref answered) >= awaited, Waiting.Limit));
        }

        Assert.True(other.Join(Waiting.Limit));

        // A lost one is noticed after half a second only.
        Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < Waiting.Limit);
    }

    [Fact]
    public void Wait_ConditionNeverHolds_EndsWithTheTimeout()
    {
        var signal = new DrainSignal(TimeProvider.System);
        Assert.False(signal.Wait(static () => false, TimeSpan.FromMilliseconds(20)));
        Assert.True(signal.Wait(static () => true, TimeSpan.Zero));
    }
}
