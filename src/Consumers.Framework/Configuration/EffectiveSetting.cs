namespace Consumers.Framework.Configuration;

/// <summary>A setting that differs from its default, as the start log shows it.</summary>
/// <param name="Key">The option's name (<c>Commit:Strategy</c>) or the librdkafka key (<c>client: security.protocol</c>).</param>
/// <param name="Value">Its value; <c>***</c> for a secret.</param>
/// <param name="Origin">Where it came from: a configuration provider and path, or code.</param>
internal readonly record struct EffectiveSetting(string Key, string Value, string Origin);
