namespace Consumers.Framework.Configuration;

/// <summary>What happens when a handler fails. Configuration path: <c>Kafka:Consumers:{name}:Failures</c>.</summary>
public sealed class FailureOptions
{
    /// <summary>Retry in place, before the record counts as exhausted. Not used when <see cref="Pipeline"/> is set.</summary>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>
    /// The name of a Polly resilience pipeline, registered with <c>AddResiliencePipeline("name", …)</c>, that runs the attempts of each
    /// record instead of <see cref="Retry"/>.
    /// </summary>
    /// <value>Default: none.</value>
    public string? Pipeline { get; set; }

    /// <summary>What becomes of a record that failed for good.</summary>
    /// <value>Default: <see cref="ExhaustedPolicy.Block"/>.</value>
    public ExhaustedPolicy WhenExhausted { get; set; } = ExhaustedPolicy.Block;

    /// <summary>
    /// Whether the text of a failure may quote the record: the message type that no handler is registered for, and what a deserializer or
    /// System.Text.Json said of the bytes. It goes to logs, health, spans and the status; control characters are escaped, and more than 200
    /// characters are cut.
    /// </summary>
    /// <value>Default: false.</value>
    public bool IncludeRecordData { get; set; }
}
