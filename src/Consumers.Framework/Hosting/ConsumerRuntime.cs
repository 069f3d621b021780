using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Leases;
using Consumers.Framework.Listeners;
using Consumers.Framework.Positions;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Hosting;

/// <summary>What the workers of one consumer share. Immutable but for the pause, which any thread may switch, and the known topics.</summary>
internal sealed class ConsumerRuntime
{
    private volatile bool _isPaused;

    public required ConsumerSettings Settings { get; init; }

    public required IRecordSourceFactory Sources { get; init; }

    public required ITopicIds TopicIds { get; init; }

    public required IPartitionEnds Ends { get; init; }

    public required DecoderRegistry Decoders { get; init; }

    public required HandlerInvoker Invoker { get; init; }

    public required FailurePolicy Failures { get; init; }

    /// <summary>For each worker the calls of the rebalance listeners.</summary>
    public required IReadOnlyList<ListenerCalls<IKafkaRebalanceListener>> RebalanceListeners { get; init; }

    /// <summary>For each worker the calls of the progress listeners.</summary>
    public required IReadOnlyList<ListenerCalls<IKafkaProgressListener>> ProgressListeners { get; init; }

    /// <summary>Which code is a handler or listener of the consumer.</summary>
    public required OwnCode OwnCode { get; init; }

    public required IHostStopper HostStopper { get; init; }

    public required ConsumerMetrics Metrics { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>What the topics were like when the consumer first saw them.</summary>
    public KnownTopics Topics { get; init; } = new();

    /// <summary>Which lease of which worker holds a partition.</summary>
    public PartitionHolders Holders { get; } = new();

    /// <summary>How long a stop may take once the drain is over: the final commit, then leaving the group.</summary>
    public TimeSpan CommitAndCloseTimeout => Settings.Options.Commit.FinalTimeout + Settings.Options.Shutdown.CloseTimeout;

    /// <summary>Whether fetching is paused in code.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
    }
}
