using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Consumers.Framework.Fleet.Member;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.Fleet.Running;

/// <summary>A member: this program as a process of its own. It ends with this process however that ends, stopped (SIGSTOP) or not.</summary>
internal sealed partial class MemberProcess : IAsyncDisposable
{
    // Waits for the end of its standard input, which is the end of the fleet.
    private const string Watchdog = "cat >/dev/null; kill -9 \"$1\"";

    private readonly Process _process;
    private readonly Process _watchdog;
    private readonly StreamWriter _output;

    private MemberProcess(string name, RunDirectory directory, IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        Tail = new MemberTail(directory.Journal(name));
        _output = new StreamWriter(directory.Output(name)) { AutoFlush = true };
        _process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(MemberProcess).Assembly.Location, FleetMember.Word, .. settings.Select(static setting => $"--{setting.Key}={setting.Value}")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Id = _process.Id;
        _watchdog = Process.Start(new ProcessStartInfo("sh", ["-c", Watchdog, "sh", Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true })!;
        _process.OutputDataReceived += OnOutput;
        _process.ErrorDataReceived += OnOutput;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Id { get; }

    /// <summary>What its journal says by now.</summary>
    public MemberTail Tail { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>128 + n when signal n ended it. It has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public static MemberProcess Start(string name, RunDirectory directory, IReadOnlyDictionary<string, string> settings) => new(name, directory, settings);

    /// <returns>False when it has ended.</returns>
    public bool Signal(int signal) => SendSignal(Id, signal) == 0;

    public void Command(string command) => _process.StandardInput.WriteLine(command);

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
        lock (_output)
        {
            _output.Dispose();
        }
    }

    private void OnOutput(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is { } line)
        {
            lock (_output)
            {
                _output.WriteLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
