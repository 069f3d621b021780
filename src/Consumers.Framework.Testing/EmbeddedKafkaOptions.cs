namespace Consumers.Framework.Testing;

/// <summary>What an <see cref="EmbeddedKafka"/> starts with.</summary>
public sealed class EmbeddedKafkaOptions
{
    /// <summary>How many brokers; their ids are 1 to this number.</summary>
    /// <value>Default: 1. Range: 1 to 9.</value>
    public int Brokers { get; set; } = 1;

    /// <summary>The topics to create, with the number of their partitions; each partition is on every broker, up to three.</summary>
    /// <value>Default: none. Partitions: 1 to 10,000.</value>
    public IDictionary<string, int> Topics { get; set; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// How long the first rebalance of a classic group waits for further members. Workers of one host that miss it wait for the next one, which
    /// takes a second less than the session timeout. Zero spares tests with one worker the wait. Must stay below the session timeout, or the
    /// members expire in it.
    /// </summary>
    /// <value>Default: 500 ms. Range: 0 to 1 h. Kafka: <c>group.initial.rebalance.delay.ms</c>.</value>
    public TimeSpan GroupInitialRebalanceDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a member may be silent. It is part of <see cref="EmbeddedKafka.SettingsFor(string[])"/> for the classic protocol, and the
    /// broker's own setting under KIP-848. Every classic rebalance after a group's first takes one second less than this, and a member that
    /// is busy in its revocation for longer holds the group up: short for many small rebalances, long for slow handlers.
    /// </summary>
    /// <value>Default: 6 s. Range: 1 s to 30 min.</value>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Runs the brokers in a process of their own: a crash of the native code does not take the test host with it, and its CPU time is not
    /// that of the consumer. It needs <c>dotnet</c> on the machine and an application that is not a single file.
    /// </summary>
    /// <value>Default: false.</value>
    public bool ChildProcess { get; set; }
}
