using Confluent.Kafka;

namespace Consumers.Framework.Interop;

/// <summary>Opens the native side of a consumer; null with the reason when this build of the client does not have what it takes.</summary>
internal delegate NativeClient? NativeClientOpener(IClient client, out string? missing);
