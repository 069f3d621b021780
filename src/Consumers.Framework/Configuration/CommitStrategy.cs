namespace Consumers.Framework.Configuration;

/// <summary>When a handled record's offset is committed. In every case an offset covers only records whose outcome is final.</summary>
public enum CommitStrategy
{
    /// <summary>
    /// As soon as there is progress and no commit in flight, at most once every <see cref="CommitOptions.Interval"/>. Handlers wait only
    /// when <see cref="CommitOptions.MaxUncommitted"/> records are handled but not acknowledged.
    /// </summary>
    Async,

    /// <summary>
    /// At the end of each batch, before the next record of that partition starts. A batch is one partition's slice of a poll
    /// (<see cref="KafkaConsumerOptions.MaxPollRecords"/>), cut at <see cref="CommitOptions.Interval"/> when handlers are slow.
    /// </summary>
    Sync,

    /// <summary>After every record, before the next record of its lane starts. Lanes of one worker share requests.</summary>
    PerRecord,

    /// <summary>
    /// Every <see cref="CommitOptions.Interval"/>, whatever was handled by then: what <c>enable.auto.commit=true</c> means to Kafka
    /// users, without committing a record that was not handled.
    /// </summary>
    Auto,

    /// <summary>When the handler calls <see cref="ConsumeContext.CommitAsync"/>.</summary>
    Manual,

    /// <summary>Before the handler runs, per batch: a crash loses records instead of repeating them.</summary>
    AtMostOnce,
}
