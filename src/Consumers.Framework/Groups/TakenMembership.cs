using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Groups;

/// <summary>
/// A client that takes a static member's place in order to leave the group. It handles nothing and commits nothing: what it is given before
/// it leaves is read again by the next owner.
/// </summary>
internal sealed class TakenMembership
{
    private const string SessionTimeout = "10000";

    private static readonly string[] KnownAssignors = ["cooperative-sticky", "range", "roundrobin"];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, string> _client;
    private readonly string[] _assignors;
    private readonly IReadOnlyList<string> _topics;
    private readonly string _name;

    /// <param name="client">How to reach the cluster.</param>
    /// <param name="group">The group as it is.</param>
    /// <param name="groupInstanceId">Whose place is taken.</param>
    /// <param name="topics">What to subscribe to; at least one.</param>
    public TakenMembership(ClientConfig client, ConsumerGroupDescription group, string groupInstanceId, IReadOnlyList<string> topics)
    {
        _name = $"'{groupInstanceId}' of the group '{group.GroupId}'";
        _assignors = AssignorsOf(group);
        _topics = topics;
        _client = new Dictionary<string, string>(client, StringComparer.OrdinalIgnoreCase)
        {
            ["group.id"] = group.GroupId,
            ["group.instance.id"] = groupInstanceId,
            ["group.protocol"] = "classic",
            ["session.timeout.ms"] = SessionTimeout,
            ["enable.auto.commit"] = "false",
            ["enable.auto.offset.store"] = "false",
            ["allow.auto.create.topics"] = "false",
        };
    }

    /// <summary>Takes the place and leaves.</summary>
    /// <exception cref="TimeoutException">It took more than a minute.</exception>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The client's calls block.
            await Task.Factory.StartNew(() => Leave(either.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The static member {_name} could not be removed within {Limit}.");
        }
    }

    private void Leave(CancellationToken cancellationToken)
    {
        foreach (var assignor in _assignors)
        {
            try
            {
                Leave(assignor, cancellationToken);
                return;
            }
            catch (ConsumeException exception) when (exception.Error.Code == ErrorCode.InconsistentGroupProtocol && assignor != _assignors[^1])
            {
                // Then another one is the group's.
            }
        }
    }

    private void Leave(string assignor, CancellationToken cancellationToken)
    {
        var isAssigned = false;
        var consumer = ConfluentLibrary.Create(new ConsumerBuilder<Ignore, Ignore>(_client.Append(new("partition.assignment.strategy", assignor)))
            .SetPartitionsAssignedHandler((Action<IConsumer<Ignore, Ignore>, List<TopicPartition>>)((_, _) => isAssigned = true))
            .SetLogHandler(static (_, _) => { }));
        try
        {
            consumer.Subscribe(_topics);
            while (!isAssigned)
            {
                Serve(consumer, cancellationToken);
            }

            // A close alone would keep a static member in the group. The client asks to leave when the last partition is given up, and
            // forgets its member id then.
            consumer.Unsubscribe();
            while (!string.IsNullOrEmpty(consumer.MemberId))
            {
                Serve(consumer, cancellationToken);
            }
        }
        finally
        {
            Close(consumer);
        }
    }

    private static void Serve(IConsumer<Ignore, Ignore> consumer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            consumer.Consume(Slice);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal && !string.IsNullOrEmpty(exception.ConsumerRecord?.Topic))
        {
            // A topic that cannot be read hinders nobody who does not want to read it. What is about the group does.
        }
    }

    private static void Close(IConsumer<Ignore, Ignore> consumer)
    {
        try
        {
            consumer.Close();
        }
        catch (KafkaException)
        {
            // A client that was refused for good has nothing to leave; what is thrown already says why.
        }

        consumer.Dispose();
    }

    /// <summary>During a rebalance the group does not tell, and often it is the dead member that it waits for. So each is tried.</summary>
    private static string[] AssignorsOf(ConsumerGroupDescription group) => group.PartitionAssignor switch
    {
        null or "" => KnownAssignors,
        var known when KnownAssignors.Contains(known) => [known],
        var other => throw new NotSupportedException(
            $"The group '{group.GroupId}' uses the assignor '{other}', which the client does not have; a member without it cannot join."),
    };
}
