using Consumers.Framework.Hosting;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Hosting;

public sealed class DepartureTests
{
    [Fact]
    public async Task WaitForOthers_OneIsNotReady_WaitsUntilItIs()
    {
        // The clock stands still, so that the patience does not end the wait.
        var departure = new Departure(2, new FakeTimeProvider());
        departure.Ready();
        var waiting = Task.Run(departure.WaitForOthers, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken));
        departure.Ready();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void WaitForOthers_AllAreReady_ReturnsAtOnce()
    {
        // The clock stands still: a wait for the patience would never end.
        var departure = new Departure(2, new FakeTimeProvider());
        departure.Ready();
        departure.Ready();

        departure.WaitForOthers();
    }

    [Fact]
    public async Task WaitForOthers_OneNeverIsReady_EndsWithThePatience()
    {
        var clock = new TimerClock();
        var departure = new Departure(2, clock);
        departure.Ready();

        await clock.RunUntilAsync(Task.Run(departure.WaitForOthers, TestContext.Current.CancellationToken));
    }
}
