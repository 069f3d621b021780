using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Loops;
using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>Bare Consume() loops that have nothing to do, each with a client and a thread of its own.</summary>
internal sealed record IdleLoopWork(int Loops, TimeSpan Length) : ArmWork
{
    public override Task<object> RunAsync(ArmTarget target)
    {
        using var stop = new CancellationTokenSource();
        IConsumer<Ignore, byte[]>[] consumers =
            [.. Enumerable.Range(0, Loops).Select(_ => new ConsumerBuilder<Ignore, byte[]>(ClientConfigurations.ForLoop(target, tuned: true)).Build())];
        Thread[] threads = [.. consumers.Select(consumer => Start(consumer, target.Topic, stop.Token))];
        IdleWait.UntilSettled(() => consumers.Sum(static consumer => consumer.Assignment.Count), target);
        var figures = IdleFigures.Measure(Length);
        stop.Cancel();
        foreach (var thread in threads)
        {
            thread.Join();
        }

        return Task.FromResult<object>(figures);
    }

    private static Thread Start(IConsumer<Ignore, byte[]> consumer, string topic, CancellationToken stopped)
    {
        consumer.Subscribe(topic);
        var thread = new Thread(() =>
        {
            while (!stopped.IsCancellationRequested)
            {
                consumer.Consume(TimeSpan.FromMilliseconds(100));
            }

            consumer.Close();
            consumer.Dispose();
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }
}
