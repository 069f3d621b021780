namespace Consumers.Framework.Diagnostics;

/// <summary>One consumer of the host: look at it, pause it, stop it. Safe from any thread.</summary>
public interface IKafkaConsumer
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>What it is doing, from memory.</summary>
    ConsumerSnapshot GetSnapshot();

    /// <summary>Stops fetching on all partitions; what is in memory is still handled. Membership is kept.</summary>
    void Pause();

    /// <summary>Ends <see cref="Pause"/>.</summary>
    void Resume();

    /// <summary>Starts the workers of a consumer that is stopped; does nothing while it runs.</summary>
    void Start();

    /// <summary>Drains, commits and leaves the group, within the consumer's budget.</summary>
    /// <param name="cancellationToken">Gives the drain up.</param>
    Task StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends when each worker has had its first assignment, an empty one included.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WaitForAssignmentAsync(CancellationToken cancellationToken = default);
}
