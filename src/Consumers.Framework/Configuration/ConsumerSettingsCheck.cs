namespace Consumers.Framework.Configuration;

/// <summary>Nothing to configure: its validation at the host's start is the validation of all consumers.</summary>
internal sealed class ConsumerSettingsCheck;
