using Consumers.Framework.Diagnostics;
using Polly;

namespace Consumers.Framework.Failures;

/// <summary>
/// The attempts of one record as a resilience pipeline sees them. Only failures that another attempt may cure are shown to it: a
/// permanent one, a handler that cannot be made, and one whose partition is taken away, end the pipeline like a success and are told by the properties.
/// </summary>
internal sealed class PipelineAttempts(IFailedRecord record, Exception? first, Action<IFailedRecord, Exception> onFailure)
{
    private Exception? _first = first;
    private Exception? _standIn;

    /// <summary>The failure that no further attempt of the pipeline can cure.</summary>
    public Exception? Permanent { get; private set; }

    /// <summary>Whether the record was tried at all: a pipeline may refuse to (an open circuit, a rate limit).</summary>
    public bool HasTried { get; private set; } = first is not null;

    public bool IsAbandoned { get; private set; }

    /// <summary>Whether the last attempt has succeeded.</summary>
    public bool HasSucceeded { get; private set; }

    /// <summary>What failed last; null before anything did.</summary>
    public Exception? Last { get; private set; } = first;

    public ValueTask<Outcome<bool>> NextAsync(CancellationToken cancellationToken)
    {
        // The first attempt ran before the pipeline was needed; its failure is the pipeline's first outcome.
        if (Interlocked.Exchange(ref _first, null) is not { } alreadyFailed)
        {
            return TryAsync(cancellationToken);
        }

        onFailure(record, alreadyFailed);
        return new ValueTask<Outcome<bool>>(Shown(alreadyFailed));
    }

    /// <summary>Why the record failed, by what the pipeline says.</summary>
    public Exception? FailureOf(Exception? outcome) => outcome is not null && outcome == _standIn ? Last : outcome;

    private async ValueTask<Outcome<bool>> TryAsync(CancellationToken cancellationToken)
    {
        HasTried = true;
        Permanent = null;
        var result = await record.TryAgainAsync(cancellationToken).ConfigureAwait(false);
        IsAbandoned = result.IsAbandoned;
        HasSucceeded = result is { Failure: null, IsAbandoned: false };
        Last = result.Failure ?? Last;
        if (result.Failure is not { } failure)
        {
            return Outcome.FromResult(true);
        }

        onFailure(record, failure);
        if (FailurePolicy.IsPermanent(failure))
        {
            Permanent = failure;
            return Outcome.FromResult(true);
        }

        return Shown(failure);
    }

    /// <summary>Strategies and their telemetry read what an exception says, and would fail in place of the record where that throws.</summary>
    private Outcome<bool> Shown(Exception failure)
    {
        _standIn = ExceptionText.IsPrintable(failure) ? null : ExceptionText.StandIn(failure);
        return Outcome.FromException<bool>(_standIn ?? failure);
    }
}
