namespace Consumers.Framework.Interop;

/// <summary>Loads librdkafka, or throws as the first client would.</summary>
internal delegate void ClientLibraryLoader();
