namespace Consumers.Framework.TestKit.Waiting;

/// <summary>Waits for conditions of the world outside, which tells nobody when they come true.</summary>
public static class Wait
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer is yes; fails the test after the limit (30 s).</summary>
    public static void Until(Func<bool> condition, TimeSpan? limit = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            FailAfter(start, limit);
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(Pause);
        }
    }

    /// <summary>Asks until the answer is yes; fails the test after the limit (30 s).</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            FailAfter(start, limit);
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    private static void FailAfter(long start, TimeSpan? limit)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        if (TimeProvider.System.GetElapsedTime(start) > (limit ?? Limit))
        {
            Assert.Fail($"The condition did not come true within {limit ?? Limit}.{Witnesses.OfTheTest()}");
        }
    }
}
