using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Loops;

/// <summary>Runs a loop on a thread of its own and measures it from beside.</summary>
internal static class LoopThread
{
    /// <exception cref="ArmFailedException">The loop failed, or lost or repeated records.</exception>
    public static ThroughputFigures Measure(ArmTarget target, Action loop)
    {
        using var ended = new CancellationTokenSource();
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                loop();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
            finally
            {
                ended.Cancel();
            }
        })
        { IsBackground = true, Name = "loop" };
        thread.Start();
        try
        {
            var figures = RecordWatch.Measure(target.WarmUp, target.Records, ended.Token);
            thread.Join();
            return failure is null && RecordCounter.Total == target.Records
                ? figures
                : throw new ArmFailedException($"it counted {RecordCounter.Total} of {target.Records} records");
        }
        catch (ArmFailedException exception) when (failure is not null)
        {
            throw new ArmFailedException($"{exception.Message}: {failure.Message}", failure);
        }
    }
}
