using System.Diagnostics;
using System.Text;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Published.Tests;

/// <summary>Where <c>run.sh</c> keeps what it publishes: a folder of this test's own, so that no other build is disturbed. One thread.</summary>
internal sealed class ArtifactsFolder : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("published-");

    /// <summary>Publishes the program in one of the ways of <c>run.sh</c> and runs it.</summary>
    public Task<ProgramResult> PublishAsync(string way) =>
        StartAsync("bash", Path.Combine(Repository.Root, "tests", "Consumers.Framework.Published", "run.sh"), way);

    /// <summary>Runs what was published.</summary>
    public Task<ProgramResult> RunAsync(string way, params string[] arguments) =>
        StartAsync(Path.Combine(_folder.FullName, way, "Consumers.Framework.Published"), arguments);

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<ProgramResult> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["ARTIFACTS"] = _folder.FullName;

        // The build that started this test must not tell another one how to build.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) && name != "MSBUILDDISABLENODEREUSE").ToList())
        {
            start.Environment.Remove(name);
        }

        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {Limit}.\n{output}");
        }

        return new ProgramResult(process.ExitCode, output.ToString());
    }

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
