using Confluent.Kafka;

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
    /// <exception cref="InvalidOperationException">
    /// The consumer is still stopping, as it is for a handler of its own that has stopped it, or is not enabled.
    /// </exception>
    void Start();

    /// <summary>
    /// Drains, commits and leaves the group, within the consumer's budget. Called again, it waits for the same stop. Inside a handler or
    /// rebalance listener of the consumer it begins the stop and returns at once, because the stop waits for that handler: its record is
    /// finished and committed.
    /// </summary>
    /// <param name="cancellationToken">
    /// Ends the drain: handlers are cancelled. What was handled is still committed, and the group left, so it takes a moment even then.
    /// </param>
    Task StopAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends when each worker has had its first assignment since the consumer was started, an empty one included. While the consumer is
    /// stopped it waits for the start, too. Ends at once when the consumer is not enabled.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">A handler or rebalance listener of the consumer waits, for which its next assignment may wait.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    Task WaitForAssignmentAsync(CancellationToken cancellationToken = default);

#pragma warning disable RS0026 // Optional parameters of two overloads: what comes before them differs, so no call is ambiguous.
    /// <summary>
    /// Ends when everything that the consumer's partitions hold at the time of the call is handled, and committed unless the strategy is Manual.
    /// The brokers are asked where the partitions end; under read_committed, records of open transactions are behind that end. Partitions that
    /// are assigned later, and those that another member takes over, are not waited for. Before the start, and while a worker has no
    /// assignment, it waits for that first. What a strategy would commit later is committed at once. Ends at once when the consumer is not enabled.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the exception says which partitions are behind, and why.</param>
    /// <exception cref="InvalidOperationException">
    /// The consumer was stopped, is paused, or has failed, and something is not handled; or a handler or rebalance listener of the consumer waits.
    /// </exception>
    /// <exception cref="OperationCanceledException">The wait was ended, or the host stops.</exception>
    Task WaitForCatchUpAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends when this record, and every earlier one of its partition, is handled, and committed unless the strategy is Manual. A record that the
    /// partition is started behind counts as handled. Waits until the partition is assigned to this consumer.
    /// </summary>
    /// <param name="record">The record's topic, partition and offset, as a producer's delivery report has them.</param>
    /// <param name="cancellationToken">Ends the wait; the exception says how far the partition is, and why.</param>
    /// <exception cref="ArgumentException">The consumer does not consume that topic, or it is not the offset of a record.</exception>
    /// <exception cref="InvalidOperationException">
    /// The consumer is not enabled, was stopped, is paused, or has failed, and the record is not handled; or a handler or rebalance listener of
    /// the consumer waits.
    /// </exception>
    /// <exception cref="OperationCanceledException">The wait was ended, or the host stops.</exception>
    Task WaitForCatchUpAsync(TopicPartitionOffset record, CancellationToken cancellationToken = default);
#pragma warning restore RS0026

    /// <summary>
    /// Ends when every worker has handled everything up to <c>Until</c>, and committed it where there is a group. Without <c>Until</c> it never
    /// ends by itself. Before the start, and after a stop that came too early, it waits for the start that follows. Ends at once when the
    /// consumer is not enabled.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">
    /// A worker failed and will not start again (<c>WhenWorkerFails</c> is StopHost); or a handler or rebalance listener of the consumer waits.
    /// </exception>
    /// <exception cref="OperationCanceledException">The wait was ended, or the host stops and the consumer is not done.</exception>
    Task WaitForCompletionAsync(CancellationToken cancellationToken = default);
}
