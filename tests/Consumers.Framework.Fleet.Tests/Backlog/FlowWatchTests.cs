using Consumers.Framework.Fleet.Backlog;

namespace Consumers.Framework.Fleet.Tests.Backlog;

public sealed class FlowWatchTests
{
    [Fact]
    public void Seen_OffsetThatDoesNotFollow_BeginsARun()
    {
        using var output = new StringWriter();
        var watch = new FlowWatch(partitions: 2, output);
        watch.Seen(0, 5);
        watch.Seen(0, 6);
        watch.Seen(1, 0);
        watch.Seen(0, 9);
        watch.End();
        Assert.Equal(
            ["begin 0 5", "begin 1 0", "run 0 5 7", "begin 0 9", "run 0 9 10", "run 1 0 1"],
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(static line => !line.StartsWith(MemberLine.Gap, StringComparison.Ordinal))
                .Select(static line => string.Join(' ', line.Split(' ').Take(line.StartsWith(MemberLine.Run, StringComparison.Ordinal) ? 4 : 3))));
    }

    [Fact]
    public void Seen_OnAnotherThread_SaysThatThePartitionMoved()
    {
        using var output = new StringWriter();
        var watch = new FlowWatch(partitions: 1, output);
        watch.Seen(0, 0);
        var other = new Thread(() => watch.Seen(0, 1));
        other.Start();
        other.Join();
        Assert.Contains($" {MemberLine.Moved}", output.ToString(), StringComparison.Ordinal);
    }
}
