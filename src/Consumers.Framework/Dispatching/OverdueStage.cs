namespace Consumers.Framework.Dispatching;

/// <summary>What has become of a handler that took longer than <c>MaxHandlerDuration</c>.</summary>
internal enum OverdueStage
{
    /// <summary>Its token was cancelled.</summary>
    Cancelled,

    /// <summary>It has gone on for as long again.</summary>
    Stuck,
}
