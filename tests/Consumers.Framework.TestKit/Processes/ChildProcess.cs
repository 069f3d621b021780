using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Consumers.Framework.TestKit.Processes;

/// <summary>A .NET program as a process of its own. It ends with this process however that ends, stopped (SIGSTOP) or not. Any thread.</summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    // Waits for the end of its standard input, which is the end of this process.
    private const string Watchdog = "cat >/dev/null; kill -9 \"$1\"";

    private readonly Process _process;
    private readonly Process _watchdog;
    private readonly Action<string> _onLine;

    /// <param name="program">The built program, a DLL.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onLine">Told of each line that it writes; one at a time.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    public ChildProcess(string program, IEnumerable<string> arguments, Action<string> onLine, IReadOnlyDictionary<string, string>? environment = null)
    {
        _onLine = onLine;
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        Id = _process.Id;
        _watchdog = Process.Start(new ProcessStartInfo("sh", ["-c", Watchdog, "sh", Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true })!;
        _process.OutputDataReceived += OnOutput;
        _process.ErrorDataReceived += OnOutput;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>128 + n when signal n ended it. It has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public StreamWriter Input => _process.StandardInput;

    /// <returns>False when it has ended.</returns>
    public bool Signal(int signal) => SendSignal(Id, signal) == 0;

    /// <returns>False when it has not ended within that time.</returns>
    public bool WaitForExit(TimeSpan limit) => _process.WaitForExit(limit);

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

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

    // What it writes as output and as errors comes on two threads.
    private void OnOutput(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is { } line)
        {
            lock (_process)
            {
                _onLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
