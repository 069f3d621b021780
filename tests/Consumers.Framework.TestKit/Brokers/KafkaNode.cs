using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>
/// One KRaft node: broker and controller in one process, its data in a folder of its own that goes with it. Used by one test at a time.
/// </summary>
public sealed partial class KafkaNode : IAsyncDisposable
{
    // The shell outlives nobody: it waits for Kafka, and its reader for the end of the standard input, which is the end of the test process
    // however that came. Kafka and its data go then.
    private const string Watchdog = """
        dir=$1; shift
        exec 3<&0 2>>"$dir/kafka.log"
        "$@" </dev/null >>"$dir/kafka.log" 2>&1 3<&- &
        kafka=$!
        ( cat <&3 >/dev/null; touch "$dir/orphaned"; kill -9 "$kafka" ) >/dev/null 2>&1 &
        watcher=$!
        echo "$kafka"
        wait "$kafka"
        if [ -e "$dir/orphaned" ]; then rm -rf "$dir"; else kill "$watcher"; fi
        """;

    private readonly KafkaDistribution _distribution;
    private readonly string[] _java;
    private Process? _shell;

    private KafkaNode(KafkaDistribution distribution, string directory, int port, int proxiedPort, int proxyPort, string[] java)
    {
        ProxiedPort = proxiedPort;
        ProxyPort = proxyPort;
        _distribution = distribution;
        _java = java;
        Directory = directory;
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public string Directory { get; }

    public string BootstrapServers { get; }

    /// <summary>Where a proxy connects.</summary>
    public int ProxiedPort { get; }

    /// <summary>Where clients that come through a proxy are told to connect.</summary>
    public int ProxyPort { get; }

    public int ProcessId { get; private set; }

    public bool IsRunning => _shell is { HasExited: false };

    private string PropertiesFile => Path.Combine(Directory, "server.properties");

    private string LogFile => Path.Combine(Directory, "kafka.log");

    /// <summary>Makes the folder and formats it.</summary>
    /// <param name="distribution">The Kafka that runs.</param>
    /// <param name="properties">Lines for <c>server.properties</c>, beside those of every node.</param>
    /// <param name="logging">Lines for <c>log4j2.properties</c>, beside those of every node.</param>
    /// <param name="java">Options for Java, beside those of every node.</param>
    public static async Task<KafkaNode> CreateAsync(KafkaDistribution distribution, string properties = "", string logging = "", params string[] java)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("kafka-node-").FullName;
        var ports = FreePorts.Find(4);
        var node = new KafkaNode(distribution, directory, ports[0], ports[2], ports[3], java);
        await File.WriteAllTextAsync(node.PropertiesFile, $"{KafkaNodeProperties.Server(directory, ports[0], ports[1], ports[2], ports[3])}\n{properties}\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "log4j2.properties"), $"{KafkaNodeProperties.Logging}\n{logging}\n");

        node.Launch("kafka.tools.StorageTool", "format", "-t", NewClusterId(), "-c", node.PropertiesFile);
        await node._shell!.WaitForExitAsync();
        if (!File.Exists(Path.Combine(directory, "data", "meta.properties")))
        {
            var log = node.ReadLogTail();
            await node.DisposeAsync();
            throw new InvalidOperationException($"Kafka's storage could not be formatted:\n{log}");
        }

        return node;
    }

    public void Signal(int signal)
    {
        if (SendSignal(ProcessId, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} did not reach Kafka ({ProcessId}): errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    public async Task KillAsync()
    {
        Signal(ProcessSignal.Kill);
        await _shell!.WaitForExitAsync();
    }

    public string ReadLogTail() => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(30)) : "(no log)";

    public IEnumerable<string> ReadLog() => File.ReadLines(LogFile);

    public void CopyLogTo(string folder)
    {
        System.IO.Directory.CreateDirectory(folder);
        File.Copy(LogFile, Path.Combine(folder, $"kafka-{ProcessId}.log"), overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            _shell!.StandardInput.Close();
            await _shell.WaitForExitAsync();
        }

        _shell?.Dispose();
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    // Random: two clusters with one id can meet on a machine and corrupt each other. Its first letter is none that starts an option.
    private static string NewClusterId()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[0] &= 0x7f;
        return Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_')[..22];
    }

    private void Run() => Launch("kafka.Kafka", PropertiesFile);

    private void Launch(params string[] main)
    {
        _shell?.Dispose();
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] words =
        [
            "-c", Watchdog, "kafka-node", Directory,
            _distribution.Java, "-Xmx512m", "-Xms128m", "-XX:+UseSerialGC", .. _java,
            $"-Dlog4j2.configurationFile={Path.Combine(Directory, "log4j2.properties")}",
            "-cp", Path.Combine(_distribution.Libraries, "*"),
            .. main,
        ];
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        _shell = Process.Start(start)!;
        ProcessId = int.Parse(_shell.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }
}
