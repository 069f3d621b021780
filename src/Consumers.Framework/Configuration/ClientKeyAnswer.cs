namespace Consumers.Framework.Configuration;

/// <summary>Why a client key is refused, and what does its work here.</summary>
internal sealed record ClientKeyAnswer(string Key, string Wrong, string Fix);
