namespace Consumers.Framework.Decoding;

/// <summary>Turns the bytes of a key or a value into an object. Called by handler threads, several at a time.</summary>
internal interface IRecordDecoder<T>
{
    /// <summary>Decodes bytes that are there (never a tombstone).</summary>
    /// <returns>
    /// A completed task unless the deserializer is asynchronous. <paramref name="data"/> may not be used after the first await: an
    /// asynchronous decoder copies it first.
    /// </returns>
    /// <exception cref="RecordDecodingException">The bytes are not a <typeparamref name="T"/>.</exception>
    ValueTask<T> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken);
}
