namespace Consumers.Framework.Tests.Fakes;

/// <summary>Bounded waits: a test that would hang fails instead.</summary>
internal static class Waiting
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static void Soon(this WaitHandle handle) => Assert.True(handle.WaitOne(Limit), "Nobody signalled.");

    /// <summary>For a condition that nobody announces: asks again until it holds.</summary>
    public static void Until(Func<bool> condition, string? what = null) =>
        Assert.True(SpinWait.SpinUntil(condition, Limit), what ?? "The condition did not come true.");

    /// <summary>For a condition that something has to be done for, time and again.</summary>
    public static void Until(Func<bool> condition, Action meanwhile, string? what = null) => Until(
        () =>
        {
            if (condition())
            {
                return true;
            }

            meanwhile();
            return false;
        },
        what);
}
