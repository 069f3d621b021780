using Microsoft.Extensions.Options;
using Polly;
using Polly.Telemetry;

namespace Consumers.Framework.Failures;

/// <summary>
/// Keeps Polly's own log quiet about the attempts of records: of a pipeline that comes from the container it would write two entries for each
/// record that succeeds, and each failure of one that does not several times over, with its stack trace, beside the consumer's own entry.
/// They go to Debug; what no entry of the consumer says (a circuit that opens, a timeout) keeps its level. Other executions in the
/// application are left alone, and so is everything where it has a <see cref="TelemetryOptions.SeverityProvider"/> of its own.
/// </summary>
internal sealed class PipelineTelemetry : IPostConfigureOptions<TelemetryOptions>
{
    private static readonly ResiliencePropertyKey<bool> OfARecord = new("Consumers.Framework.OfARecord");

    /// <summary>The execution is a record's.</summary>
    public static void Mark(ResilienceContext context) => context.Properties.Set(OfARecord, true);

    public void PostConfigure(string? name, TelemetryOptions options) => options.SeverityProvider ??= Severity;

    private static ResilienceEventSeverity Severity(SeverityProviderArguments arguments) =>
        SaidByTheConsumer(arguments.Event.EventName) && arguments.Context.Properties.TryGetValue(OfARecord, out _)
            ? ResilienceEventSeverity.Debug
            : arguments.Event.Severity;

    private static bool SaidByTheConsumer(string eventName) => eventName is "PipelineExecuting" or "PipelineExecuted" or "ExecutionAttempt" or "OnRetry";
}
