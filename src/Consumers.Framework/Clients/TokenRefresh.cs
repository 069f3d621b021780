using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Records;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Clients;

/// <summary>
/// Keeps one client in tokens for SASL/OAUTHBEARER. The client asks on its poll thread, where nobody's code may run: the user's callback runs
/// on the thread pool, one call at a time, and what it brings is given to the client from there. Any thread; a lock guards the state.
/// </summary>
internal sealed class TokenRefresh : IDisposable
{
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly OAuthBearerTokenSource _source;
    private readonly string _client;
    private readonly Action<OAuthBearerToken> _give;
    private readonly Action<string> _refuse;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile string? _failure;
    private DateTimeOffset _freshUntil;
    private bool _isRunning;
    private bool _isStopped;

    /// <param name="source">The callback.</param>
    /// <param name="client">Whose tokens they are, for the log.</param>
    /// <param name="give">Gives the client a token; local to the client, and quick.</param>
    /// <param name="refuse">Tells the client that there is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public TokenRefresh(
        OAuthBearerTokenSource source, string client, Action<OAuthBearerToken> give, Action<string> refuse, TimeProvider time, ILogger logger)
    {
        _source = source;
        _client = client;
        _give = give;
        _refuse = refuse;
        _time = time;
        _logger = logger;
    }

    /// <summary>Why there is no token; null when there is one, or none was asked for yet.</summary>
    public string? Failure => _failure;

    /// <summary>Whether a token was asked for and has not come yet.</summary>
    public bool IsAsking
    {
        get
        {
            lock (_gate)
            {
                return _isRunning;
            }
        }
    }

    /// <summary>
    /// The client wants a token: when it is made, and when most of a token's time has passed. It repeats itself, and the question that it asks
    /// when it is made comes at its first poll, when the answer may be there already.
    /// </summary>
    public void Request()
    {
        lock (_gate)
        {
            if (_isStopped || _isRunning || _time.GetUtcNow() < _freshUntil)
            {
                return;
            }

            _isRunning = true;
        }

        _ = Task.Run(RunAsync);
    }

    /// <summary>The client is about to be closed: it is touched no more when this returns.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
        }

        _ = CancelAsync();
    }

    /// <summary>What runs then is the user's: on the thread pool, and what it throws belongs to a call that is given up.</summary>
    private async Task CancelAsync() => await _stop.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task RunAsync()
    {
        var delay = FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Give(TokenCheck.Checked(await AcquireAsync().ConfigureAwait(false), _time.GetUtcNow()));
                if (attempt > 1)
                {
                    Log.TokenRecovered(_logger, _client, attempt - 1);
                }

                return;
            }
            catch (Exception exception)
            {
                if (!Refuse(ReasonOf(exception)))
                {
                    return;
                }

                Log.TokenFailed(_logger, exception, _client, attempt, delay);
            }

            await Task.Delay(delay, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    /// <summary>A callback that ignores its token is not waited for.</summary>
    private async Task<OAuthBearerToken> AcquireAsync()
    {
        using var limit = new CancellationTokenSource(AttemptLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            var acquired = _source.AcquireAsync(either.Token).AsTask();
            _ = ObserveAsync(acquired);
            if (await Task.WhenAny(acquired, Task.Delay(LateAfter, _time, either.Token)).ConfigureAwait(false) != acquired && !either.IsCancellationRequested)
            {
                ReportLate();
            }

            return await acquired.WaitAsync(either.Token).ConfigureAwait(false)
                ?? throw new InvalidOperationException("The callback of UseOAuthBearerToken has returned null.");
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            throw new TimeoutException($"The callback of UseOAuthBearerToken has brought no token within {AttemptLimit}.", exception);
        }
    }

    /// <summary>One that is not waited for any more may fail all the same.</summary>
    private static async Task ObserveAsync(Task acquired) => await acquired.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Said once: it stays so until there is a token, and a call that failed before has said more.</summary>
    private void ReportLate()
    {
        lock (_gate)
        {
            if (_isStopped || _failure is not null)
            {
                return;
            }

            _failure = $"no token for SASL/OAUTHBEARER: the callback of UseOAuthBearerToken has not come back for {LateAfter}";
        }

        Log.TokenLate(_logger, _client, LateAfter, AttemptLimit);
    }

    private void Give(OAuthBearerToken token)
    {
        lock (_gate)
        {
            if (!_isStopped)
            {
                GiveClient(token);
                var now = _time.GetUtcNow();
                _freshUntil = now + ((token.ExpiresAt - now) / 2);
                _failure = null;
            }

            _isRunning = false;
        }
    }

    /// <summary>What the client says of a token that it refuses may quote it, so none of that goes on: not its text, and not its exception.</summary>
    private void GiveClient(OAuthBearerToken token)
    {
        try
        {
            _give(token);
        }
        catch (Exception exception)
        {
            var code = exception is KafkaException known ? $", {known.Error.Code}" : "";
            throw new InvalidOperationException($"The client has refused the token ({exception.GetType().Name}{code}).");
        }
    }

    /// <summary>In one line, bounded, and never empty: the client takes no other, and the log has the exception itself.</summary>
    private static string ReasonOf(Exception exception)
    {
        var message = ExceptionText.MessageOf(exception);
        return string.IsNullOrWhiteSpace(message) ? exception.GetType().ToString() : PrintableText.Of(message);
    }

    /// <returns>Whether it goes on.</returns>
    private bool Refuse(string reason)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                _isRunning = false;
                return false;
            }

            _failure = $"no token for SASL/OAUTHBEARER: {reason}";
            _refuse(reason);
            return true;
        }
    }
}
