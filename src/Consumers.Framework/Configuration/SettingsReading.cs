namespace Consumers.Framework.Configuration;

/// <summary>What one reading of the configuration has found. Used by the thread that reads.</summary>
/// <param name="failures">Everything that is wrong; it grows while the configuration is read.</param>
internal sealed class SettingsReading(IReadOnlyList<string> failures)
{
    /// <summary>Each consumer whose options could be made.</summary>
    public List<ConsumerCheck> Consumers { get; } = [];

    /// <summary>The instance ids of the workers of each consumer that has static members.</summary>
    public Dictionary<ConsumerCheck, IReadOnlyList<string>> InstanceIds { get; } = [];

    public IReadOnlyList<string> Failures => failures;
}
