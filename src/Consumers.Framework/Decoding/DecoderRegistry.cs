using System.Collections.Frozen;
using System.Text.Json;

namespace Consumers.Framework.Decoding;

/// <summary>
/// The decoders of one consumer: what was registered, else what is built in, else (values only) JSON. Immutable; any thread.
/// </summary>
internal sealed class DecoderRegistry
{
    private readonly FrozenDictionary<Type, object> _values;
    private readonly FrozenDictionary<Type, object> _keys;
    private readonly JsonSerializerOptions _json;
    private readonly string _consumer;

    /// <summary>Makes all registered decoders.</summary>
    public DecoderRegistry(string consumer, DecoderRegistrations registrations, IServiceProvider services)
    {
        _consumer = consumer;
        _json = registrations.Json?.Invoke(services) ?? JsonDefaults.Options;
        _values = Build(registrations.Values, services, new(BuiltIn()) { [typeof(RawPayload)] = RawPayloadDecoder.Instance });
        _keys = Build(registrations.Keys, services, BuiltInKeys());
    }

    /// <summary>The decoder of values of a type. Asked once per handler, at start.</summary>
    /// <exception cref="NoDecoderException">No decoder is registered, and there is no JSON contract for the type or none that makes objects.</exception>
    public IRecordDecoder<T> Value<T>() =>
        _values.TryGetValue(typeof(T), out var decoder) ? (IRecordDecoder<T>)decoder : new JsonRecordDecoder<T>(JsonContracts.Of<T>(_consumer, _json));

    /// <summary>The decoder of keys of a type. Asked per record: it allocates nothing.</summary>
    /// <exception cref="NotSupportedException">No decoder is registered or built in; the message says how to register one.</exception>
    public IRecordDecoder<T> Key<T>() => _keys.TryGetValue(typeof(T), out var decoder)
        ? (IRecordDecoder<T>)decoder
        : throw new NotSupportedException(
            $"Consumer {_consumer} has no decoder for keys of type {typeof(T)}. Built in are string, byte[], ReadOnlyMemory<byte>, int, long and Guid; "
            + $"register any other with UseKeyDeserializer on the builder that AddKafkaConsumer returns.");

    /// <summary>
    /// Decodes a key where nothing can be awaited. A registered asynchronous deserializer is waited for: it blocks the handler that asks
    /// (usually once per schema), never the poll thread.
    /// </summary>
    /// <exception cref="RecordDecodingException">The bytes are not a <typeparamref name="T"/>.</exception>
    /// <exception cref="NotSupportedException">No decoder is registered or built in.</exception>
    public T DecodeKey<T>(ReadOnlySpan<byte> data, DecodingContext context)
    {
        var decoding = Key<T>().DecodeAsync(data, context, CancellationToken.None);
        return decoding.IsCompleted ? decoding.GetAwaiter().GetResult() : decoding.AsTask().GetAwaiter().GetResult();
    }

    private static Dictionary<Type, object> BuiltIn() => new()
    {
        [typeof(string)] = StringRecordDecoder.Instance,
        [typeof(byte[])] = BytesRecordDecoder.Instance,
        [typeof(ReadOnlyMemory<byte>)] = MemoryRecordDecoder.Instance,
    };

    private static Dictionary<Type, object> BuiltInKeys() => new(BuiltIn())
    {
        [typeof(int)] = Int32RecordDecoder.Instance,
        [typeof(long)] = Int64RecordDecoder.Instance,
        [typeof(Guid)] = GuidRecordDecoder.Instance,
    };

    private static FrozenDictionary<Type, object> Build(
        IReadOnlyDictionary<Type, Func<IServiceProvider, object>> registered, IServiceProvider services, Dictionary<Type, object> decoders)
    {
        foreach (var (type, factory) in registered)
        {
            decoders[type] = factory(services);
        }

        return decoders.ToFrozenDictionary();
    }
}
