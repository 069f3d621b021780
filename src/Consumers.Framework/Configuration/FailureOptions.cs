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
}
