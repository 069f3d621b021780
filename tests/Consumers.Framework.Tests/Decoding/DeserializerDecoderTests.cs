using System.Net.Http;
using Confluent.Kafka;
using Consumers.Framework.Decoding;

namespace Consumers.Framework.Tests.Decoding;

public class DeserializerDecoderTests
{
    [Fact]
    public void Deserializer_GetsBytesAndContext()
    {
        var deserializer = new Scripted<string?>((data, isNull, context) => $"{data.Length} {isNull} {context.Topic} {context.Component} {context.Headers[0].Key}");

        Assert.Equal("2 False orders Key h", new DeserializerDecoder<string?>(deserializer).Decode([1, 2], Bytes.Key));
    }

    [Fact]
    public void Deserializer_Throws_IsPoisonWithoutItsText()
    {
        var fault = new FormatException("bad byte in 'secret'");

        var exception = new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw fault)).Poison([1]);

        Assert.Equal("The value could not be decoded to System.String: the deserializer threw System.FormatException.", exception.Message);
        Assert.Same(fault, exception.InnerException);
    }

    [Fact]
    public void Deserializer_ReturnsNull_IsPoison() =>
        Assert.Contains(
            "returned null for bytes that are there", new DeserializerDecoder<string?>(new Scripted<string?>((_, _, _) => null)).Poison([1]).Message, StringComparison.Ordinal);

    [Fact]
    public void Deserializer_OwnDecodingException_IsKept()
    {
        var own = new RecordDecodingException("schema 7 is retired");

        Assert.Same(own, new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw own)).Poison([1]));
    }

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public async Task AnyDeserializer_RegistryDoesNotAnswer_IsNoPoison(Exception failure)
    {
        var sync = new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw failure));
        var async = new AsyncDeserializerDecoder<string>(new ScriptedAsync<string>(_ => Task.FromException<string>(failure)));

        Assert.Same(failure, await Assert.ThrowsAnyAsync<Exception>(async () => await sync.DecodeAsync([1], Bytes.Value, TestContext.Current.CancellationToken)));
        Assert.Same(failure, await Assert.ThrowsAnyAsync<Exception>(async () => await async.DecodeAsync([1], Bytes.Value, TestContext.Current.CancellationToken)));
    }

    public static TheoryData<Exception> PassingFailures() =>
        [new HttpRequestException("refused"), new TimeoutException(), new TaskCanceledException(), new AggregateException(new HttpRequestException("refused"))];

    [Fact]
    public async Task AsyncDeserializer_IsAwaitedOnACopy()
    {
        var registry = new TaskCompletionSource();
        var decoder = new AsyncDeserializerDecoder<byte[]>(new ScriptedAsync<byte[]>(async data =>
        {
            await registry.Task;
            return data.ToArray();
        }));
        byte[] record = [1, 2, 3];

        var decoding = decoder.DecodeAsync(record, Bytes.Value, TestContext.Current.CancellationToken);
        Assert.False(decoding.IsCompleted);
        Array.Clear(record);
        registry.SetResult();

        Assert.Equal([1, 2, 3], await decoding);
    }

    [Fact]
    public async Task AsyncDeserializer_Throws_IsPoison()
    {
        var decoder = new AsyncDeserializerDecoder<string>(new ScriptedAsync<string>(_ => throw new FormatException("secret")));

        var exception = await Assert.ThrowsAsync<RecordDecodingException>(async () => await decoder.DecodeAsync([1], Bytes.Value, TestContext.Current.CancellationToken));

        Assert.IsType<FormatException>(exception.InnerException);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AsyncDeserializer_Hangs_IsLeftBehindOnCancellation()
    {
        using var cancellation = new CancellationTokenSource();
        var decoder = new AsyncDeserializerDecoder<string>(new ScriptedAsync<string>(_ => new TaskCompletionSource<string>().Task));

        var decoding = decoder.DecodeAsync([1], Bytes.Value, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await decoding);
    }

    private delegate T Script<out T>(ReadOnlySpan<byte> data, bool isNull, SerializationContext context);

    private sealed class Scripted<T>(Script<T> script) : IDeserializer<T>
    {
        public T Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => script(data, isNull, context);
    }

    private sealed class ScriptedAsync<T>(Func<ReadOnlyMemory<byte>, Task<T>> script) : IAsyncDeserializer<T>
    {
        public Task<T> DeserializeAsync(ReadOnlyMemory<byte> data, bool isNull, SerializationContext context) => script(data);
    }
}
