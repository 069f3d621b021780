using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Consumers.Framework.Decoding;
using Consumers.Framework.Tests.Fakes;
using Google.Protobuf;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

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

        Assert.Equal(
            "The value could not be decoded to System.String: the deserializer threw System.FormatException (Failures:IncludeRecordData shows what it said); "
            + "it has 1 bytes and does not begin with the framing of a schema registry.",
            exception.Message);
        Assert.Same(fault, exception.InnerException);
    }

    [Fact]
    public void Deserializer_ThrowsWhatCannotBeRead_IsPoisonThatCanBe()
    {
        var exception = new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw new HostileException())).Poison([1], Bytes.Quotable);

        Assert.EndsWith("HostileException: \"(its Message throws HostileException)\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains("(its StackTrace throws HostileException)", exception.ToString(), StringComparison.Ordinal);
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
    [
        new HttpRequestException("refused"), new TimeoutException(), new TaskCanceledException(), new AggregateException(new FormatException(), new HttpRequestException("refused")),
        new SchemaRegistryException("Service unavailable", HttpStatusCode.ServiceUnavailable, 50301), new SocketException(), new HttpIOException(HttpRequestError.ResponseEnded),
        new IOException("reset", new SocketException()), new InvalidOperationException("no schema", new HttpRequestException("refused")), new TransientFailureException("no keys"),
    ];

    [Fact]
    public async Task AnyDeserializer_TruncatedProtobuf_IsPoison()
    {
        var sync = new DeserializerDecoder<Timestamp>(new Scripted<Timestamp>((data, _, _) => Timestamp.Parser.ParseFrom(data)));
        var async = new AsyncDeserializerDecoder<Timestamp>(new ScriptedAsync<Timestamp>(data => Task.FromResult(Timestamp.Parser.ParseFrom(data.Span))));
        byte[] truncated = [.. new Timestamp { Seconds = 1_700_000_000 }.ToByteArray()[..^1]];

        var exception = sync.Poison(truncated);
        await Assert.ThrowsAsync<RecordDecodingException>(async () => await async.DecodeAsync(truncated, Bytes.Value, TestContext.Current.CancellationToken));

        Assert.IsAssignableFrom<IOException>(exception.InnerException);
        Assert.IsType<InvalidProtocolBufferException>(exception.InnerException);
    }

    [Theory]
    [MemberData(nameof(LastingFailures))]
    public void Deserializer_FailureThatIsNotOfTheWorldOutside_IsPoison(Exception failure) =>
        Assert.Same(failure, new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw failure)).Poison([1]).InnerException);

    public static TheoryData<Exception> LastingFailures() =>
        [new IOException(), new EndOfStreamException(), new InvalidDataException(), new RegexMatchTimeoutException(), new AggregateException(new FormatException())];

    [Fact]
    public async Task Deserializer_SaysThatTheRecordIsBad_IsTakenAtItsWord()
    {
        var own = new PermanentFailureException("schema 7 is retired", new HttpRequestException("gone"));
        var decoder = new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw own));

        Assert.Same(own, await Assert.ThrowsAsync<PermanentFailureException>(async () => await decoder.DecodeAsync([1], Bytes.Value, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData(new byte[] { }, "; it is empty.")]
    [InlineData(new byte[] { 0, 0, 0, 0, 7, 2 }, "; it has 6 bytes and begins with the framing of a schema registry.")]
    [InlineData(new byte[] { 0, 0, 0, 7 }, "; it has 4 bytes and does not begin with the framing of a schema registry.")]
    [InlineData(new byte[] { 0x20, 0x7B, 0x7D }, "; it has 3 bytes and looks like JSON, without the framing of a schema registry.")]
    [InlineData(new byte[] { 0x7B, 0, 0x7D, 0 }, "; it has 4 bytes and looks like UTF-16 text, without the framing of a schema registry.")]
    public void Deserializer_Throws_SaysWhatTheBytesLookLike(byte[] data, string expected) =>
        Assert.EndsWith(expected, new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw new InvalidDataException("magic"))).Poison(data).Message, StringComparison.Ordinal);

    [Fact]
    public void Deserializer_ThrowsWhereRecordDataIsIncluded_SaysWhatItSaid() => Assert.Equal(
        "The value could not be decoded to System.String: the deserializer threw System.IO.InvalidDataException; it has 1 bytes and does not begin with the "
        + @"framing of a schema registry. InvalidDataException: ""Invalid magic byte\u{000A}1""",
        new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw new InvalidDataException("Invalid magic byte\n1"))).Poison([1], Bytes.Quotable).Message);

    /// <summary>Loggers write exceptions whole, and a handler may wrap this one.</summary>
    [Fact]
    public void ToString_OfADecodingException_HidesTheTextOfItsCause()
    {
        var exception = new DeserializerDecoder<string>(new Scripted<string>((_, _, _) => throw new FormatException("bad byte in 'secret'"))).Poison([1]);

        var text = new InvalidOperationException("wrapped", exception).ToString();

        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("---> System.FormatException", text, StringComparison.Ordinal);
        Assert.Contains(nameof(Scripted<>), text, StringComparison.Ordinal);
        Assert.Contains("the deserializer threw System.FormatException", text, StringComparison.Ordinal);
    }

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
