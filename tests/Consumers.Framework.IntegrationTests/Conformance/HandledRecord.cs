namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>A record of <see cref="TestProducer"/> as a handler saw it.</summary>
public readonly record struct HandledRecord(int Partition, long Offset, int Number, int Attempt);
