using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>What is wrong with the consumers of a host, one fault on each line: the base class writes all of them on one.</summary>
internal sealed class ConsumerSettingsException(IReadOnlyCollection<string> failures)
    : OptionsValidationException("Kafka consumers", typeof(KafkaConsumerOptions), failures)
{
    public override string Message { get; } =
        $"The Kafka consumers cannot start, because of {(failures.Count == 1 ? "a fault" : $"{failures.Count} faults")} in what is configured or registered:"
        + string.Concat(failures.Select(static failure => $"{Environment.NewLine}  - {failure}"));
}
