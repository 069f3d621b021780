namespace Consumers.Framework.Diagnostics;

/// <summary>The record at which a partition stands.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">The last error, without payload.</param>
/// <param name="Age">How long ago it failed for the first time.</param>
public sealed record FailingRecord(long Offset, int Attempts, string Reason, TimeSpan Age);
