using Consumers.Framework.Fleet.Member;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.Fleet.Running;

/// <summary>A member: this program as a process of its own, whose output goes to a file.</summary>
internal sealed class MemberProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly StreamWriter _output;

    private MemberProcess(string name, RunDirectory directory, IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        Tail = new MemberTail(directory.Journal(name));
        _output = new StreamWriter(directory.Output(name)) { AutoFlush = true };
        _process = new ChildProcess(
            typeof(MemberProcess).Assembly.Location, [FleetMember.Word, .. settings.Select(static setting => $"--{setting.Key}={setting.Value}")], OnLine);
    }

    public string Name { get; }

    /// <summary>What its journal says by now.</summary>
    public MemberTail Tail { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>128 + n when signal n ended it. It has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public static MemberProcess Start(string name, RunDirectory directory, IReadOnlyDictionary<string, string> settings) => new(name, directory, settings);

    /// <returns>False when it has ended.</returns>
    public bool Signal(int signal) => _process.Signal(signal);

    public void Command(string command) => _process.Input.WriteLine(command);

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        lock (_output)
        {
            _output.Dispose();
        }
    }

    // A line may still be on its way when the process has ended.
    private void OnLine(string line)
    {
        lock (_output)
        {
            if (_output.BaseStream.CanWrite)
            {
                _output.WriteLine(line);
            }
        }
    }
}
