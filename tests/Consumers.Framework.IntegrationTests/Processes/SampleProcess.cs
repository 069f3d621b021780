using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>
/// One of the samples as a process of its own, started from its built program and configured by its command line. It ends with the test,
/// and with the test process however that ends. Any thread may read its output.
/// </summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly string[] Workers = ["orders/0:", "orders/1:"];

    private static readonly Dictionary<string, string> OneLineForEachEntry = new()
    {
        ["Logging__Console__FormatterName"] = "simple",
        ["Logging__Console__FormatterOptions__SingleLine"] = "true",
    };

    private readonly ChildProcess _process;
    private readonly List<string> _output = [];

    private SampleProcess(string program, IReadOnlyDictionary<string, string> settings)
    {
        List<string> arguments = [.. settings.Select(static setting => $"--{setting.Key}={setting.Value}")];
        Command = string.Join(' ', arguments.Prepend(Path.GetFileName(program)));
        _process = new ChildProcess(program, arguments, OnLine, OneLineForEachEntry);
    }

    public int Id => _process.Id;

    public string Command { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The lines that it has written so far, errors included.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_output)
            {
                return [.. _output];
            }
        }
    }

    public static SampleProcess Start(string sample, IReadOnlyDictionary<string, string> settings) => new(SampleProgram.Find(sample), settings);

    /// <summary>Waits until the condition holds; fails the test when the process ends before.</summary>
    public void WaitUntil(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        Wait.Until(
            () =>
            {
                var elapsed = TimeProvider.System.GetElapsedTime(startedAt);
                Assert.False(elapsed > (limit ?? TimeSpan.FromSeconds(60)), $"Not within {elapsed.TotalSeconds:0} s: {what}.\n{Tail}");
                Assert.False(HasExited, $"The process ended with {(HasExited ? _process.ExitCode : 0)} before this: {what}.\n{Tail}");
                return condition();
            },
            TimeSpan.MaxValue);
    }

    /// <summary>Waits until the process has ended by itself; fails the test when it takes longer than the limit.</summary>
    /// <returns>Its exit code.</returns>
    public int WaitUntilEnded(TimeSpan limit)
    {
        Assert.True(_process.WaitForExit(limit), $"The process has not ended by itself within {limit.TotalSeconds:0} s.\n{Tail}");
        return _process.ExitCode;
    }

    /// <summary>Waits until the log of an <c>Orders.Worker</c> says that each of its two workers owns half of the partitions.</summary>
    public void WaitUntilSettled(int partitions) => WaitUntil(
        () =>
        {
            var ownership = Output.Where(static line => line.Contains("; owns ", StringComparison.Ordinal)).ToList();
            return Workers.All(worker => ownership.FindLast(line => line.Contains(worker, StringComparison.Ordinal))
                ?.Contains($"; owns {partitions / 2} now", StringComparison.Ordinal) == true);
        },
        $"both workers own {partitions / 2} partitions");

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal) => Assert.True(_process.Signal(signal), $"Signal {signal} did not reach {Id}.");

    /// <summary>Sends a signal and waits for the end; fails the test when it takes longer than the limit.</summary>
    public async Task<ProcessExit> EndAsync(int signal, TimeSpan limit)
    {
        Assert.False(HasExited, $"The process ended by itself.\n{Tail}");
        var startedAt = TimeProvider.System.GetTimestamp();
        Signal(signal);
        using var late = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process did not end within {limit.TotalSeconds:0.0} s of signal {signal}.\n{Tail}");
        }

        return new ProcessExit(_process.ExitCode, TimeProvider.System.GetElapsedTime(startedAt));
    }

    public string Tail => string.Join('\n', Output.TakeLast(40).Prepend(Command));

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private void OnLine(string line)
    {
        lock (_output)
        {
            _output.Add(line);
        }
    }
}
