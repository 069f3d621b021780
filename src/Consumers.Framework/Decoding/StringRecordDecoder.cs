using System.Text;

namespace Consumers.Framework.Decoding;

/// <summary>UTF-8 text. Bytes that are not UTF-8 are an error, never replacement characters. Immutable; any thread.</summary>
internal sealed class StringRecordDecoder : IRecordDecoder<string>
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static StringRecordDecoder Instance { get; } = new();

    public ValueTask<string> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken)
    {
        try
        {
            return new(Strict.GetString(data));
        }
        catch (DecoderFallbackException exception)
        {
            throw DecodingFailure.Create<string>(context, PayloadForm.OfText(data, context) ?? "it is not valid UTF-8.", exception);
        }
    }
}
