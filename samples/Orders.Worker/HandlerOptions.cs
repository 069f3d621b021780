namespace Orders.Worker;

/// <summary>How long the handler takes, and what it leaves behind. Configuration path: <c>Handler</c>.</summary>
public sealed class HandlerOptions
{
    /// <summary>The least time that an order takes. Default: 0.</summary>
    public TimeSpan MinDelay { get; set; }

    /// <summary>The most time that an order takes. Default: 0.</summary>
    public TimeSpan MaxDelay { get; set; }

    /// <summary>Whether the handler blocks its thread meanwhile instead of awaiting. Default: false.</summary>
    public bool Blocking { get; set; }

    /// <summary>Whether the handler goes on although its token is cancelled, as none should. Default: false.</summary>
    public bool IgnoresToken { get; set; }

    /// <summary>Whether the handler commits when an order is done, as <c>Commit:Strategy</c> Manual leaves it to do. Default: false.</summary>
    public bool Commit { get; set; }

    /// <summary>The file of the <see cref="Worker.Journal"/>. Default: none.</summary>
    public string? Journal { get; set; }

    /// <summary>Takes a random time between <see cref="MinDelay"/> and <see cref="MaxDelay"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first: the order is not done.</exception>
    internal async ValueTask WorkAsync(CancellationToken cancellationToken)
    {
        if (IgnoresToken)
        {
            cancellationToken = CancellationToken.None;
        }

        var delay = MinDelay + ((MaxDelay - MinDelay) * Random.Shared.NextDouble());
        if (Blocking)
        {
            cancellationToken.WaitHandle.WaitOne(delay);
            cancellationToken.ThrowIfCancellationRequested();
        }
        else if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, cancellationToken);
        }
    }
}
