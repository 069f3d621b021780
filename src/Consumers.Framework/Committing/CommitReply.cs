using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>The broker's answer to one commit.</summary>
/// <param name="Errors">One for each point, in the order of the request.</param>
/// <param name="IsWhole">Whether the request failed as a whole, so that the errors do not tell which partitions were committed all the same.</param>
internal readonly record struct CommitReply(IReadOnlyList<Error> Errors, bool IsWhole);
