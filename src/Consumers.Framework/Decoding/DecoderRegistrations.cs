using System.Text.Json;

namespace Consumers.Framework.Decoding;

/// <summary>
/// What a consumer's builder registered for decoding: a decoder per type, and the JSON options for the types without one. Written while
/// services are registered, on one thread; read once, by <see cref="DecoderRegistry"/>.
/// </summary>
internal sealed class DecoderRegistrations
{
    private readonly Dictionary<Type, Func<IServiceProvider, object>> _values = [];
    private readonly Dictionary<Type, Func<IServiceProvider, object>> _keys = [];

    /// <summary>The factories of value decoders by type.</summary>
    public IReadOnlyDictionary<Type, Func<IServiceProvider, object>> Values => _values;

    /// <summary>The factories of key decoders by type.</summary>
    public IReadOnlyDictionary<Type, Func<IServiceProvider, object>> Keys => _keys;

    /// <summary>The options for values that have no decoder of their own; null for <see cref="JsonDefaults.Options"/>.</summary>
    public Func<IServiceProvider, JsonSerializerOptions>? Json { get; private set; }

    /// <summary>Decodes values of a type in this way. The last registration of a type wins.</summary>
    public void AddValue<T>(Func<IServiceProvider, IRecordDecoder<T>> factory) => _values[typeof(T)] = factory;

    /// <summary>Decodes keys of a type in this way. The last registration of a type wins.</summary>
    public void AddKey<T>(Func<IServiceProvider, IRecordDecoder<T>> factory) => _keys[typeof(T)] = factory;

    /// <summary>Decodes the values without a decoder of their own with these options (a source-generated context has some). The last call wins.</summary>
    public void UseJson(Func<IServiceProvider, JsonSerializerOptions> factory) => Json = factory;
}
