namespace Consumers.Framework.Configuration;

/// <summary>How records are read from the client.</summary>
public enum PollingSource
{
    /// <summary><see cref="Native"/> where the client has what it takes, else <see cref="Managed"/>; the log says so once.</summary>
    Auto,

    /// <summary>In batches, through librdkafka's <c>rd_kafka_consume_batch_queue</c>; records stay in the client's memory while they are handled.</summary>
    Native,

    /// <summary>
    /// One by one, through Confluent.Kafka's <c>Consume</c>: slower, and every record is copied. A stop is noticed after a poll timeout, a
    /// commit blocks a thread until the broker answers, and a partition that is held back is fetched again.
    /// </summary>
    Managed,
}
