using System.Reflection;
using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Dispatching;

public sealed class ConsumeContextTests
{
    private static readonly string[] OwnMembers = [nameof(Equals), nameof(GetHashCode), nameof(ToString), nameof(GetType), "op_Equality", "op_Inequality"];

    [Fact]
    public void Members_InsideTheHandler_ShowTheRecord()
    {
        using var world = new World();
        var seen = false;
        world.Invoker.Handler = (context, _) =>
        {
            Assert.Equal("orders", context.Consumer);
            Assert.Equal(new TopicPartition("orders", 3), context.TopicPartition);
            Assert.Equal(("orders", 3, 42), (context.Topic, context.Partition.Value, context.Offset.Value));
            Assert.Equal((1, true, true), (context.Attempt, context.HasKey, context.HasValue));
            Assert.Equal("k", context.GetKey<string>());
            Assert.Equal("v"u8, context.RawValue);
            Assert.Equal("k"u8, context.RawKey);
            Assert.Equal("h", Assert.Single(context.Headers).Key);
            Assert.Equal(1_700_000_000_042, context.Timestamp.UnixTimestampMs);
            seen = true;
            return ValueTask.CompletedTask;
        };
        world.Open(3).Receive([world.Reader.Make(42, key: "k"u8.ToArray(), value: "v"u8.ToArray(), headers: [new Header("h", Encoding.UTF8.GetBytes("x"))])]);
        world.Manual.RunAll();
        Assert.True(seen);
    }

    /// <summary>Every public member, so that a new one cannot be forgotten.</summary>
    [Fact]
    public void Members_AfterTheRecordsEnd_ThrowObjectDisposed()
    {
        using var world = new World(static options => options.Commit.Strategy = CommitStrategy.Manual);
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        AssertAllThrow<ObjectDisposedException>(world.Invoker.Calls[0].Context);

        // Also while the lane has another record in hand: that one is neither shown nor committed.
        var gates = new Gates();
        world.Invoker.Handler = gates.Handle;
        lease.Receive(world.Reader.Range(2, 1));
        world.Manual.RunAll();
        AssertAllThrow<ObjectDisposedException>(world.Invoker.Calls[0].Context);
        Assert.Null(lease.Commits.NextCommit());
        Assert.NotEqual(world.Invoker.Calls[0].Context, world.Invoker.Calls[2].Context);
        Assert.Equal(2, world.Invoker.Calls[2].Context.Offset.Value);
    }

    [Fact]
    public void Members_OfARecordInBackoff_StillWork()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var world = new World(time: clock, pipeline: Pipelines.Retry(clock, 2));
        world.Invoker.Handler = static (_, _) => throw new IOException();
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        Assert.Equal(0, world.Invoker.Calls[0].Context.Offset.Value);
        lease.Close(CloseReason.Lost);
        Waiting.Until(() => world.Reader.Released == 1);
        AssertAllThrow<ObjectDisposedException>(world.Invoker.Calls[0].Context);
    }

    [Fact]
    public void Members_OfTheDefault_SayThatItBelongsToNoRecord() => AssertAllThrow<InvalidOperationException>(default);

    private static void AssertAllThrow<TException>(ConsumeContext context)
        where TException : Exception
    {
        var methods = typeof(ConsumeContext).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(static method => !OwnMembers.Contains(method.Name))
            .ToList();
        Assert.True(methods.Count >= 14);
        Assert.All(methods, method => Assert.IsType<TException>(Failure(method, context)));
    }

    private static Exception? Failure(MethodInfo method, ConsumeContext context) => method.Name switch
    {
        // Spans cannot be boxed, so reflection cannot call these.
        "get_RawKey" => Record.Exception(() => { _ = context.RawKey.Length; }),
        "get_RawValue" => Record.Exception(() => { _ = context.RawValue.Length; }),
        _ => Record.Exception(() => Invoke(method, context)),
    };

    private static void Invoke(MethodInfo method, ConsumeContext context)
    {
        var target = method.IsGenericMethodDefinition ? method.MakeGenericMethod(typeof(string)) : method;
        var arguments = target.GetParameters().Select(static parameter => parameter.ParameterType == typeof(CancellationToken) ? (object)CancellationToken.None : null).ToArray();
        target.Invoke(context, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
