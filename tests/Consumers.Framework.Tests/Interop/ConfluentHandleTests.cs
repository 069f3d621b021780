using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Tests.Interop;

/// <summary>A version of Confluent.Kafka without the member is played by accessors of members that this version lacks.</summary>
public sealed unsafe class ConfluentHandleTests : IDisposable
{
    private readonly IConsumer<Ignore, Ignore> _client = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { GroupId = "none", ClientId = "mine" })
        .SetLogHandler((_, _) => { }).Build();

    [Fact]
    public void TryGet_OfAClient_IsTheHandleOfThatClient()
    {
        Assert.True(ConfluentHandle.TryGet(_client, out var handle, out var missing));

        var name = (delegate* unmanaged[Cdecl]<nint, nint>)LibrdkafkaModule.GetExport("rd_kafka_name");
        Assert.Equal(_client.Name, Marshal.PtrToStringUTF8(name(handle)));
        Assert.Null(missing);
    }

    [Fact]
    public void TryGet_MemberIsMissing_IsFalseAndNamesIt()
    {
        Assert.False(ConfluentHandle.TryGet(_client, static owner => NoMember(owner), out var handle, out var missing));

        Assert.Equal(0, handle);
        Assert.Contains("get_NoSuchHandle", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void TryGet_TypeIsMissing_IsFalseAndNamesIt()
    {
        Assert.False(ConfluentHandle.TryGet(_client, static owner => NoType(owner), out _, out var missing));

        Assert.Contains("NoSuchSafeHandle", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void TryGet_MemberIsSomethingElse_IsFalse()
    {
        Assert.False(ConfluentHandle.TryGet(_client, static _ => "no handle", out _, out var missing));

        Assert.NotEmpty(missing!);
    }

    public void Dispose() => _client.Dispose();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_NoSuchHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object NoMember(Handle handle);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.NoSuchSafeHandle, Confluent.Kafka")]
    private static extern object NoType(Handle handle);
}
