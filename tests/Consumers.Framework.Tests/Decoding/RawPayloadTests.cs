using System.Reflection;
using Consumers.Framework.Decoding;
using Consumers.Framework.Handling;
using Consumers.Framework.Records;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Decoding;

public sealed class RawPayloadTests
{
    [Fact]
    public async Task Members_InsideTheHandler_ShowTheValueWithoutACopy()
    {
        byte[] value = [1, 2, 3];
        var handler = new Keeping();
        var slot = Slots.Create(new FakeReader());
        await InvokeAsync(handler, slot, value, read: payload =>
        {
            Assert.True(payload.Span.Overlaps(value, out var offset));
            Assert.Equal((0, 3), (offset, payload.Length));
            Assert.Equal([1, 2, 3], payload.ToArray());
            Assert.NotSame(value, payload.ToArray());
        });
    }

    /// <summary>Every public member, so that a new one cannot be forgotten; also while the lane has another record in hand.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Members_AfterTheRecordsEnd_ThrowObjectDisposed(bool another)
    {
        var handler = new Keeping();
        var reader = new FakeReader();
        var slot = Slots.Create(reader);
        await InvokeAsync(handler, slot, [1]);
        var kept = handler.Kept;
        if (another)
        {
            slot.Begin(reader.Make(1, value: [9]));
        }

        Assert.Throws<ObjectDisposedException>(() => { _ = kept.Span.Length; });
        Assert.Throws<ObjectDisposedException>(() => { _ = kept.Length; });
        Assert.Throws<ObjectDisposedException>(() => { _ = kept.ToArray(); });
        Assert.Equal(
            ["ToArray", "get_Length", "get_Span"],
            typeof(RawPayload).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Select(static method => method.Name).Where(static name => name is not (nameof(Equals) or nameof(GetHashCode))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Equality_IsThatOfTheRecord()
    {
        var handler = new Keeping();
        var slot = Slots.Create(new FakeReader());
        await InvokeAsync(handler, slot, [1]);
        var first = handler.Kept;
        await InvokeAsync(handler, slot, [1]);
        Assert.True(first != handler.Kept);
        Assert.Equal(handler.Kept, handler.Kept);
    }

    [Fact]
    public async Task Invoke_NoOpHandler_AllocatesNothing()
    {
        var handler = new Keeping();
        var reader = new FakeReader();
        var slot = Slots.Create(reader);
        var invoker = Invokers.Singleton<RawPayload>(handler, RawPayloadDecoder.Instance, Settings.Create());
        var context = slot.Begin(reader.Make(0, value: [1, 2]));
        var token = TestContext.Current.CancellationToken;
        await invoker.InvokeAsync(slot, context, token);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 1_000; call++)
        {
            // It completes synchronously, so the test stays on its thread.
            await invoker.InvokeAsync(slot, context, token);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2_002, handler.Sum);
    }

    private static async Task InvokeAsync(Keeping handler, RecordSlot slot, byte[] value, Action<RawPayload>? read = null)
    {
        handler.Read = read;
        var context = slot.Begin(new FakeReader().Make(0, value: value));
        await Invokers.Singleton<RawPayload>(handler, RawPayloadDecoder.Instance, Settings.Create()).InvokeAsync(slot, context, TestContext.Current.CancellationToken);
        slot.End();
    }

    private sealed class Keeping : IKafkaHandler<RawPayload>
    {
        public RawPayload Kept { get; private set; }

        public long Sum { get; private set; }

        public Action<RawPayload>? Read { get; set; }

        public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
        {
            Kept = message;
            Sum += message.Length;
            Read?.Invoke(message);
            return ValueTask.CompletedTask;
        }
    }
}
