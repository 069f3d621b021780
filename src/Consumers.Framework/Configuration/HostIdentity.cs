namespace Consumers.Framework.Configuration;

/// <summary>What an instance id template can name of the process. Immutable.</summary>
/// <param name="HostName">The machine's or container's name.</param>
/// <param name="Variable">Reads an environment variable.</param>
internal sealed record HostIdentity(string HostName, Func<string, string?> Variable)
{
    public static HostIdentity OfThisProcess { get; } = new(Environment.MachineName, Environment.GetEnvironmentVariable);
}
