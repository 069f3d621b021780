using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>A folder with Kafka's jars, and the Java that runs them.</summary>
public sealed partial record KafkaDistribution(string Java, string Libraries)
{
    private const string Variable = "KAFKA_HOME";
    private const int OldestJava = 17;

    /// <summary>Why no Kafka can be started here; null where one can.</summary>
    public static async Task<string?> FindReasonAgainstAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            return "a local Kafka is started by a POSIX shell, which Windows lacks.";
        }

        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } home)
        {
            return $"{Variable} is not set (the folder of a Kafka distribution, with libs/ in it).";
        }

        if (!Directory.Exists(Path.Combine(home, "libs")))
        {
            return $"{Variable} is '{home}', which has no libs folder.";
        }

        return await FindJavaVersionAsync() switch
        {
            null => $"Java is missing: neither JAVA_HOME nor PATH has one; Kafka needs Java {OldestJava} or newer.",
            < OldestJava and var version => $"Java {version} is too old; Kafka needs Java {OldestJava} or newer.",
            _ => null,
        };
    }

    /// <summary>The distribution; <see cref="FindReasonAgainstAsync"/> said that there is one.</summary>
    public static KafkaDistribution Find() =>
        new(FindJava(), Path.GetFullPath(Path.Combine(Environment.GetEnvironmentVariable(Variable)!, "libs")));

    private static string FindJava()
    {
        var home = Environment.GetEnvironmentVariable("JAVA_HOME");
        var java = string.IsNullOrEmpty(home) ? string.Empty : Path.Combine(home, "bin", "java");
        return File.Exists(java) ? java : "java";
    }

    private static async Task<int?> FindJavaVersionAsync()
    {
        var start = new ProcessStartInfo(FindJava(), "-version") { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            var match = Version().Match(output);
            return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex("""version "(\d+)""")]
    private static partial Regex Version();
}
