using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>
/// One of the samples as a process of its own, started from its built program and configured by its command line. It ends with the test,
/// and with the test process however that ends. Any thread may read its output.
/// </summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    // Waits for the end of its standard input, which is the end of the test process.
    private const string Watchdog = "cat >/dev/null; kill -9 \"$1\"";

    private static readonly string[] Workers = ["orders/0:", "orders/1:"];

    private readonly Process _process;
    private readonly Process _watchdog;
    private readonly List<string> _output = [];

    private SampleProcess(string program, IReadOnlyDictionary<string, string> settings)
    {
        Command = string.Join(' ', settings.Select(static setting => $"--{setting.Key}={setting.Value}").Prepend(Path.GetFileName(program)));
        _process = Process.Start(new ProcessStartInfo("dotnet", [program, .. settings.Select(static setting => $"--{setting.Key}={setting.Value}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Logging__Console__FormatterName"] = "simple", ["Logging__Console__FormatterOptions__SingleLine"] = "true" },
        })!;
        Id = _process.Id;
        _watchdog = Process.Start(new ProcessStartInfo("sh", ["-c", Watchdog, "sh", Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true })!;
        _process.OutputDataReceived += OnOutput;
        _process.ErrorDataReceived += OnOutput;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id { get; }

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
    public void Signal(int signal) =>
        Assert.True(SendSignal(Id, signal) == 0, $"Signal {signal} did not reach {Id}: errno {Marshal.GetLastPInvokeError()}.");

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

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();

        // The process is gone, and its number may be another's: the watchdog must not find its input at an end.
        _watchdog.Kill();
        await _watchdog.WaitForExitAsync();
        _watchdog.Dispose();
    }

    private void OnOutput(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is { } line)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
