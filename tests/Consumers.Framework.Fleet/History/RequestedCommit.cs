namespace Consumers.Framework.Fleet.History;

/// <summary>What one request asked to commit of one partition.</summary>
/// <param name="ArrivedMilliseconds">When the broker had it, in milliseconds since the Unix epoch.</param>
/// <param name="Member">Who asked.</param>
/// <param name="Worker">Which of its workers.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The next offset.</param>
/// <param name="Error">The broker's answer; 0 for accepted.</param>
internal readonly record struct RequestedCommit(double ArrivedMilliseconds, string Member, int Worker, int Partition, long Offset, int Error);
