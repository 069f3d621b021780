using System.Collections.Concurrent;
using Consumers.Framework.Handling;
using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Calls what a test gives it, and notes which record ran where.</summary>
internal sealed class FakeInvoker : HandlerInvoker
{
    private readonly ConcurrentQueue<Call> _calls = new();
    private int _running;
    private int _mostRunning;

    /// <summary>What a handler does; null completes at once.</summary>
    public Func<ConsumeContext, CancellationToken, ValueTask>? Handler { get; set; }

    public IReadOnlyList<Call> Calls => [.. _calls];

    public IReadOnlyList<long> Offsets => [.. _calls.Select(static call => call.Offset)];

    public int MostRunning => Volatile.Read(ref _mostRunning);

    /// <summary>What a handler throws or completes at once stays synchronous.</summary>
    public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken)
    {
        var running = Interlocked.Increment(ref _running);
        InterlockedMax(ref _mostRunning, running);
        _calls.Enqueue(new Call(context.TopicPartition.Partition.Value, context.Offset.Value, context.Attempt, Thread.CurrentThread.Name, context, cancellationToken));
        ValueTask handling;
        try
        {
            handling = Handler?.Invoke(context, cancellationToken) ?? ValueTask.CompletedTask;
        }
        catch (Exception)
        {
            Interlocked.Decrement(ref _running);
            throw;
        }

        if (handling.IsCompletedSuccessfully)
        {
            Interlocked.Decrement(ref _running);
            return handling;
        }

        return AwaitAsync(handling);
    }

    private async ValueTask AwaitAsync(ValueTask handling)
    {
        try
        {
            await handling.ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    internal sealed record Call(int Partition, long Offset, int Attempt, string? Thread, ConsumeContext Context, CancellationToken Token);
}
