namespace Consumers.Framework.Failures;

/// <summary>How one attempt ended.</summary>
internal readonly record struct AttemptResult(Exception? Failure, bool IsAbandoned)
{
    public static AttemptResult Succeeded => default;

    /// <summary>The partition is being taken away; there is no next attempt.</summary>
    public static AttemptResult Abandoned => new(null, true);

    public static AttemptResult Failed(Exception failure) => new(failure, false);
}
