using Consumers.Framework.Committing;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Committing;

public sealed class DrainSignalTests
{
    /// <summary>A pulse that comes while somebody begins to wait: either it sees the waiter or the waiter sees what it was about.</summary>
    [Fact]
    public void Pulse_AgainstWaitersThatCome_NoneIsLost()
    {
        const int Rounds = 20_000;

        // What is lost is noticed after half a second only.
        var noticed = TimeSpan.FromMilliseconds(400);
        var late = 0;
        var there = new DrainSignal(TimeProvider.System);
        var back = new DrainSignal(TimeProvider.System);
        var sent = 0;
        var answered = 0;
        var other = new Thread(() =>
        {
            for (var round = 1; round <= Rounds; round++)
            {
                var awaited = round;
                if (!there.Wait(() => Volatile.Read(ref sent) >= awaited, Waiting.Limit))
                {
                    return;
                }

                Volatile.Write(ref answered, round);
                back.Pulse();
            }
        }) { IsBackground = true };
        other.Start();
        for (var round = 1; round <= Rounds && late < 3; round++)
        {
            var awaited = round;
            var startedAt = TimeProvider.System.GetTimestamp();
            Volatile.Write(ref sent, round);
            there.Pulse();
            Assert.True(back.Wait(() => Volatile.Read(ref answered) >= awaited, Waiting.Limit));
            late += TimeProvider.System.GetElapsedTime(startedAt) > noticed ? 1 : 0;
        }

        // A machine that stands still once is not a lost pulse.
        Assert.True(late < 3, "Pulses are lost.");
    }

    [Fact]
    public async Task Wait_ConditionNeverHolds_EndsWithTheTimeout()
    {
        var clock = new TimerClock();
        var signal = new DrainSignal(clock);
        var wait = Task.Run(() => signal.Wait(static () => false, TimeSpan.FromMilliseconds(20)), TestContext.Current.CancellationToken);
        await clock.RunUntilAsync(wait);
        Assert.False(await wait);
        Assert.True(signal.Wait(static () => true, TimeSpan.Zero));
    }

    /// <summary>What is waited for begins before the thread gets to wait, and time passes meanwhile.</summary>
    [Fact]
    public async Task Wait_TimeHasPassedSinceTheStart_EndsAtOnce()
    {
        var clock = new FakeTimeProvider();
        var startedAt = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromSeconds(5));

        var wait = Task.Run(() => new DrainSignal(clock).Wait(static () => false, TimeSpan.FromSeconds(5), startedAt), TestContext.Current.CancellationToken);

        Assert.False(await wait.Soon());
    }
}
