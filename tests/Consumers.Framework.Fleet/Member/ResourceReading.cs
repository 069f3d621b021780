namespace Consumers.Framework.Fleet.Member;

/// <summary>What of the process belongs to Kafka clients, by what Linux tells of it.</summary>
/// <param name="Clients">Native clients: each has one thread of this name.</param>
/// <param name="ClientThreads">The threads of all native clients.</param>
/// <param name="ConsumerThreads">The consumer's own threads: poll, commit and handler.</param>
/// <param name="Sockets">Open sockets of the process.</param>
internal readonly record struct ResourceReading(int Clients, int ClientThreads, int ConsumerThreads, int Sockets)
{
    /// <summary>Reads it; null where there is no <c>/proc</c>.</summary>
    /// <param name="consumer">The consumer's name, with which its threads' names begin.</param>
    public static ResourceReading? Read(string consumer)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var threads = Directory.EnumerateDirectories("/proc/self/task").Select(static task => TryRead(Path.Combine(task, "comm"))).ToList();
        return new ResourceReading(
            threads.Count(static name => name == "rdk:main"),
            threads.Count(static name => name.StartsWith("rdk:", StringComparison.Ordinal)),
            threads.Count(name => name.StartsWith($"{consumer}/", StringComparison.Ordinal)),
            Directory.EnumerateFiles("/proc/self/fd").Count(static file => TryReadLink(file).StartsWith("socket:", StringComparison.Ordinal)));
    }

    // A thread or a file may be gone by the time that it is read.
    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string TryReadLink(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
