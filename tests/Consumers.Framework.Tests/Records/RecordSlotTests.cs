using System.Buffers.Binary;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Records;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Records;

public sealed class RecordSlotTests
{
    private readonly PinningReader _reader = new();
    private readonly RecordSlot _slot;
    private Escaped? _escaped;
    private bool _over;

    public RecordSlotTests() => _slot = Slots.Create(_reader);

    /// <summary>Contexts that escaped read on other threads while the lane ends their records, and copies some out.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_RecordEndsMeanwhile_ShowsItsOwnRecordOrThrows(bool copiesOut)
    {
        Task<(long Shown, long Refused)>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            ReadEscaped, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        for (var offset = 0; offset < 100_000; offset++)
        {
            var context = _slot.Begin(_reader.Make(offset));
            Volatile.Write(ref _escaped, new Escaped(context, offset));
            Thread.SpinWait(offset % 50);
            if (copiesOut && offset % 3 == 0)
            {
                _slot.CopyOut();
                Thread.SpinWait(offset % 50);
            }

            _slot.End();
        }

        Volatile.Write(ref _over, true);
        var results = await Task.WhenAll(readers).Soon();
        Assert.Empty(_reader.Faults);
        Assert.Equal(0, _reader.Pinned);

        // Both ways were met, or the test shows nothing.
        Assert.All(results, static result => Assert.True(result is { Shown: > 100, Refused: > 100 }, $"{result}"));
    }

    [Fact]
    public void CopyOut_Twice_GivesTheMemoryBackOnceAndContextsStayValid()
    {
        var context = _slot.Begin(_reader.Make(7));
        Assert.Equal(1, _reader.Pinned);
        _slot.CopyOut();
        _slot.CopyOut();
        Assert.Equal(0, _reader.Pinned);
        Assert.Equal(7, Offset(context));
        _slot.End();
        Assert.Throws<ObjectDisposedException>(() => { _ = context.Timestamp; });
        Assert.Empty(_reader.Faults);
    }

    /// <summary>The thread that runs the handler reads without a count, and even so not beyond its record.</summary>
    [Fact]
    public void Read_OwnThreadAfterTheEnd_IsRefused()
    {
        _slot.EnterThread();
        var context = _slot.Begin(_reader.Make(7));
        Assert.Equal(7, Offset(context));
        _slot.End();
        Assert.Throws<ObjectDisposedException>(() => { _ = context.RawKey.Length; });
        Assert.Empty(_reader.Faults);
    }

    [Fact]
    public void Lane_RecordWaitsForItsNextAttempt_PinsNothing()
    {
        var clock = new FakeTimeProvider();
        using var world = new World(time: clock, pipeline: Pipelines.Retry(clock, 3), reader: _reader);
        world.Invoker.Handler = static (context, _) => context.Attempt < 3 ? throw new IOException() : ValueTask.CompletedTask;
        var lease = world.Open();
        lease.Receive([_reader.Make(0)]);
        world.Manual.RunAll();
        AssertWaits(world, lease, PartitionState.Retrying);
        clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Manual.Ready > 0);
        world.Manual.RunAll();
        AssertWaits(world, lease, PartitionState.Retrying);
        clock.Advance(TimeSpan.FromMilliseconds(400));
        Waiting.Until(() => world.Manual.Ready > 0);
        world.Manual.RunAll();
        Assert.Equal(1, World.Commit(lease));
        Assert.True(lease.Buffer.IsLow);
        Assert.Empty(_reader.Faults);
    }

    [Fact]
    public void Lane_RecordBlocksItsPartition_PinsNothingAndCountsItsBytes()
    {
        using var world = new World(static options => options.Buffer.MaxBytes = 16, reader: _reader);
        world.Invoker.Handler = static (_, _) => throw new PermanentFailureException("poison");
        var lease = world.Open();
        lease.Receive([_reader.Make(0)]);
        world.Manual.RunAll();
        AssertWaits(world, lease, PartitionState.Blocked);
        Assert.True(lease.Buffer.IsFull);
        lease.Close(CloseReason.Lost);
        Waiting.Until(() => lease.Buffer.IsLow);
        Assert.Throws<ObjectDisposedException>(() => { _ = world.Invoker.Calls[0].Context.Timestamp; });
        Assert.Empty(_reader.Faults);
    }

    private void AssertWaits(World world, PartitionLease lease, PartitionState state)
    {
        Assert.Equal(state, lease.GetSnapshot().State);
        Assert.Equal(0, _reader.Pinned);
        Assert.Equal(0, Offset(world.Invoker.Calls[^1].Context));
    }

    private (long Shown, long Refused) ReadEscaped()
    {
        var (shown, refused) = (0L, 0L);
        while (!Volatile.Read(ref _over))
        {
            if (Volatile.Read(ref _escaped) is not { } escaped)
            {
                continue;
            }

            try
            {
                Assert.Equal(escaped.Offset, Offset(escaped.Context));
                shown++;
            }
            catch (ObjectDisposedException)
            {
                refused++;
            }
        }

        return (shown, refused);
    }

    /// <summary>The record's offset as each member that reads its memory says it.</summary>
    private static long Offset(ConsumeContext context)
    {
        Assert.True(context.HasKey && context.HasValue);
        var offset = context.Timestamp.UnixTimestampMs;
        Assert.Equal(offset, BinaryPrimitives.ReadInt64BigEndian(context.Headers[0].GetValueBytes()));
        Assert.Equal(offset, context.GetKey<long>());
        Assert.Equal(offset, BinaryPrimitives.ReadInt64BigEndian(new RawPayload(context).ToArray()));
        return offset;
    }

    private sealed record Escaped(ConsumeContext Context, long Offset);
}
