using Consumers.Framework.Failures;

namespace Consumers.Framework.Tests.Fakes;

internal sealed class FakeHostStopper : IHostStopper
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public Task Stopped => _stopped.Task;

    public void Stop()
    {
        Interlocked.Increment(ref _calls);
        _stopped.TrySetResult();
    }
}
