namespace Consumers.Framework.Benchmarks.Loops;

/// <summary>What a loop does with a record. A struct, so that calling it costs nothing.</summary>
internal interface IRecordVisitor
{
    void Visit(ReadOnlySpan<byte> value);
}
