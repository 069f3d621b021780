namespace Consumers.Framework.Benchmarks.Reports;

/// <summary>Says on the error output what is going on; the standard output is for tables.</summary>
internal static class Progress
{
    public static void Say(string line) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {line}");
}
