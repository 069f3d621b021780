namespace Consumers.Framework.Fleet.Backlog;

/// <summary>What the other member does.</summary>
internal enum HandOverKind
{
    /// <summary>It joins.</summary>
    Join,

    /// <summary>It leaves.</summary>
    Leave,

    /// <summary>The workers of one member join one after the other, on the backlog.</summary>
    Start,
}
