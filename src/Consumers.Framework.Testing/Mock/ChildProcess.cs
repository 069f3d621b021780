using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Consumers.Framework.Testing.Mock;

/// <summary>
/// A process that runs this assembly with the application's own dependencies, and answers line by line. Calls are made one at a time.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private bool _disposed;

    private ChildProcess(Process process) => _process = process;

    public int Id { get; private init; }

    public static ChildProcess Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(FindDotnet()) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        var dependencies = FindDependencies();
        string[] command =
        [
            "exec", "--depsfile", dependencies, "--runtimeconfig", FindRuntimeConfig(dependencies), FindAssembly(), MockClusterProcess.Word, .. arguments,
        ];
        foreach (var word in command)
        {
            start.ArgumentList.Add(word);
        }

        // A hook of the parent (a profiler, a test host) must not start in the child; it needs one garbage collector heap and no more.
        start.Environment.Remove("DOTNET_STARTUP_HOOKS");
        start.Environment["DOTNET_gcServer"] = "0";
        var process = Process.Start(start) ?? throw new EmbeddedKafkaException($"'{start.FileName}' could not be started.");
        return new ChildProcess(process) { Id = process.Id };
    }

    public void WriteLine(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException e)
        {
            throw Gone(e);
        }
    }

    public string ReadLine()
    {
        var answer = _process.StandardOutput.ReadLineAsync();
        if (!answer.Wait(AnswerTimeout))
        {
            _process.Kill();
            throw new EmbeddedKafkaException($"The process of the embedded broker ({Id}) did not answer within {AnswerTimeout}; it was ended.");
        }

        return answer.Result ?? throw Gone(null);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended on its own.
        }

        if (!_process.WaitForExit(ExitTimeout))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string FindDotnet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Path.GetFileName(Environment.ProcessPath) == name)
        {
            return Environment.ProcessPath!;
        }

        // The runtime lies in <root>/shared/Microsoft.NETCore.App/<version>/.
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }

    // The first one is the application's; the others are the frameworks'.
    private static string FindDependencies() =>
        (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(File.Exists)
        ?? throw Unsupported("it has no .deps.json");

    private static string FindRuntimeConfig(string dependencies)
    {
        var config = dependencies.Replace(".deps.json", ".runtimeconfig.json", StringComparison.OrdinalIgnoreCase);
        return File.Exists(config) ? config : throw Unsupported($"there is no {Path.GetFileName(config)}");
    }

    private static string FindAssembly()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Consumers.Framework.Testing.dll");
        return File.Exists(path) ? path : throw Unsupported($"there is no {path}");
    }

    private static EmbeddedKafkaException Unsupported(string why) => new(
        $"EmbeddedKafka cannot run in a process of its own from this application: {why} (a single file, or native code). Leave ChildProcess out.");

    private EmbeddedKafkaException Gone(Exception? cause)
    {
        var text = _process.WaitForExit(ExitTimeout)
            ? $"The process of the embedded broker ({Id}) has ended with exit code {_process.ExitCode}; start a new EmbeddedKafka."
            : $"The process of the embedded broker ({Id}) closed its output.";
        return cause is null ? new EmbeddedKafkaException(text) : new EmbeddedKafkaException(text, cause);
    }
}
