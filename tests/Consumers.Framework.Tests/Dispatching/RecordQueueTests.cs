using Consumers.Framework.Dispatching;
using Consumers.Framework.Records;
using CsCheck;

namespace Consumers.Framework.Tests.Dispatching;

public sealed class RecordQueueTests
{
    private static readonly object Message = new();

    /// <summary>Against a list: what is added, taken off the head as a lane does, and dropped from the end.</summary>
    [Fact]
    public void Queue_AnyOperations_IsAList() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 400]).Array[0, 60].Sample(static run =>
        {
            var pool = new RecordChunkPool();
            var queue = new RecordQueue(pool);
            var expected = new List<long>();
            var next = 0L;
            foreach (var (kind, amount) in run)
            {
                switch (kind)
                {
                    case 0 or 1:
                        for (var count = 0; count < amount; count++)
                        {
                            queue.Enqueue(new FetchedRecord(next, 0, 1, Message), -next);
                            expected.Add(next++);
                        }

                        break;
                    case 2:
                        var removed = Math.Min(amount, queue.FirstCount);
                        queue.Remove(removed);
                        expected.RemoveRange(0, removed);
                        break;
                    default:
                        for (var count = Math.Min(amount, expected.Count); count > 0; count--)
                        {
                            Assert.Equal(expected[^1], queue.RemoveLast().Offset);
                            expected.RemoveAt(expected.Count - 1);
                        }

                        break;
                }

                Assert.Equal(expected.Count, queue.Count);
                Assert.Equal(expected.Count > 0, queue.FirstCount > 0);
                for (var index = 0; index < Math.Min(expected.Count, queue.FirstCount + 1); index++)
                {
                    Assert.Equal((expected[index], -expected[index]), (queue[index].Record.Offset, queue[index].Sequence));
                }
            }
        }, iter: 100);

    /// <summary>A lane reads the records of its run without a lock while others are added.</summary>
    [Fact]
    public void Enqueue_RecordsThatAreThere_DoNotMove()
    {
        var queue = new RecordQueue(new RecordChunkPool());
        queue.Enqueue(new FetchedRecord(0, 0, 1, Message), 0);
        var records = queue.FirstRecords;
        for (var offset = 1; offset < 1_000; offset++)
        {
            queue.Enqueue(new FetchedRecord(offset, 0, 1, Message), offset);
        }

        Assert.Same(records, queue.FirstRecords);
        Assert.Equal(0, queue.Head);
    }

    [Fact]
    public void Pool_ChunkThatCameBack_IsEmptyAndUsedAgain()
    {
        var pool = new RecordChunkPool();
        var queue = new RecordQueue(pool);
        for (var round = 0; round < 3; round++)
        {
            queue.Enqueue(new FetchedRecord(round, 0, 1, Message), round);
            queue.Remove(1);
        }

        var chunk = pool.Rent();
        Assert.Equal((0, null, null), (chunk.Count, chunk.Next, chunk.Previous));
        Assert.All(chunk.Records, static record => Assert.Null(record.Record.Message));
        Assert.NotSame(chunk, pool.Rent());
    }
}
