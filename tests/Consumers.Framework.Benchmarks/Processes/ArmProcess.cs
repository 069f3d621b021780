using System.Diagnostics;
using System.Text.Json;
using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Processes;

/// <summary>
/// Runs an arm in a process of its own, so that its memory, its allocations and its compiled code are its own. The process ends when this
/// one does: its standard input ends then.
/// </summary>
internal static class ArmProcess
{
    /// <summary>The word by which this program knows that it is the child.</summary>
    public const string Word = "arm";

    /// <summary>What the child says on its standard output when <see cref="ArmWork"/> reports that it is ready.</summary>
    public const string Ready = "ready";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <param name="name">What the arm is called when it fails.</param>
    /// <param name="request">What to do.</param>
    /// <param name="environment">What its process finds in its environment besides this one's.</param>
    /// <param name="whenReady">Called when the arm says that it is ready; most never do.</param>
    /// <exception cref="ArmFailedException">The arm failed; the message names it.</exception>
    public static async Task<TFigures> RunAsync<TFigures>(
        string name, ArmRequest request, IReadOnlyDictionary<string, string>? environment = null, Action? whenReady = null)
    {
        using var process = Process.Start(StartInfo(environment))!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
            await process.StandardInput.FlushAsync(limit.Token);
            string? last = null;
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line == Ready)
                {
                    whenReady?.Invoke();
                }

                last = line;
            }

            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 && last is not null
                ? JsonSerializer.Deserialize<TFigures>(last)!
                : throw new ArmFailedException($"{name} failed: {last ?? $"its process ended with exit code {process.ExitCode}"}");
        }
        catch (OperationCanceledException exception)
        {
            throw new ArmFailedException($"{name} failed: it did not end within {Limit.TotalMinutes} minutes", exception);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static ProcessStartInfo StartInfo(IReadOnlyDictionary<string, string>? environment)
    {
        // Started by `dotnet program.dll`, the path is dotnet's.
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ArmProcess).Assembly.Location);
        }

        start.ArgumentList.Add(Word);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
