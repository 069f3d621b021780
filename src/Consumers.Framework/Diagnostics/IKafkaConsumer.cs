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

    /// <summary>
    /// Starts the workers of a consumer that is stopped; does nothing while it runs, or once the host has begun to stop. It stays paused
    /// if it was.
    /// </summary>
    /// <exception cref="InvalidOperationException">The consumer is still stopping, or is not enabled.</exception>
    void Start();

    /// <summary>Drains, commits and leaves the group, within the consumer's budget. Called again, it waits for the same stop.</summary>
    /// <param name="cancellationToken">
    /// Ends the drain: handlers are cancelled. What was handled is still committed, and the group left, so it takes a moment even then.
    /// </param>
    Task StopAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends when each worker has had its first assignment since the consumer was started, an empty one included. While the consumer is
    /// stopped it waits for the start, too. Ends at once when the consumer is not enabled.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    Task WaitForAssignmentAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends when each worker has had an assignment, every partition that it owns was at its end once since, and everything up to there is
    /// handled. A worker without partitions has nothing to catch up with. While the consumer is stopped or paused it waits. Ends at once
    /// when the consumer is not enabled.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    Task WaitForCatchUpAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends when every worker has handled everything up to <c>Until</c>, and committed it where there is a group. Without <c>Until</c> it never
    /// ends by itself. Before the start, and after a stop that came too early, it waits for the start that follows. Ends at once when the
    /// consumer is not enabled.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">A worker failed and will not start again (<c>WhenWorkerFails</c> is StopHost).</exception>
    /// <exception cref="OperationCanceledException">The wait was ended, or the host stops and the consumer is not done.</exception>
    Task WaitForCompletionAsync(CancellationToken cancellationToken = default);
}
