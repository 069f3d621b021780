using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>
/// Tests that start the samples as processes. Every process ends with its test; output and journals are kept when the test fails, in the
/// folder <c>process-evidence</c> beside the test program. What a test reports goes to its output and to <c>process-results</c>.
/// </summary>
public abstract class ProcessTests(KafkaBroker broker, ITestOutputHelper output) : BrokerTests(broker, BrokerCapabilities.Process)
{
    private readonly List<SampleProcess> _processes = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("processes-");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            KeepFolder();
        }

        _folder.Delete(recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a sample.</summary>
    private protected SampleProcess Start(string sample, IReadOnlyDictionary<string, string> settings)
    {
        var process = SampleProcess.Start(sample, settings);
        _processes.Add(process);
        return process;
    }

    /// <summary>A journal for the next process.</summary>
    private protected Journal NewJournal() => new(Path.Combine(_folder.FullName, $"journal-{_processes.Count + 1:000}.txt"));

    /// <summary>Reports a line of the test's result.</summary>
    private protected void Report(string line)
    {
        output.WriteLine(line);
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "process-results"));
        File.AppendAllLines(Path.Combine(folder.FullName, $"{GetType().Name}.txt"), [line]);
    }

    private void KeepFolder()
    {
        var kept = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "process-evidence", _folder.Name));
        foreach (var file in _folder.GetFiles())
        {
            file.CopyTo(Path.Combine(kept.FullName, file.Name));
        }

        for (var index = 0; index < _processes.Count; index++)
        {
            File.WriteAllLines(Path.Combine(kept.FullName, $"output-{index + 1:000}.txt"), _processes[index].Output.Prepend(_processes[index].Command));
        }

        output.WriteLine($"Output and journals are kept in {Path.GetRelativePath(AppContext.BaseDirectory, kept.FullName)}.");
    }
}
