using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace Orders.Worker;

/// <summary>
/// A file with a line for each beginning and end of an order, for whoever wants to check afterwards that none was lost:
/// <c>start|done partition offset id time</c>, the time in milliseconds of the Unix epoch. Each line is one write to the operating system, so it survives the death of the process.
/// One process for one file; safe from any thread.
/// </summary>
public sealed class Journal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream? _file;

    public Journal(IOptions<HandlerOptions> options)
    {
        if (options.Value.Journal is { Length: > 0 } path)
        {
            // No buffer of our own: what was written is with the operating system when Write returns.
            _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
    }

    /// <summary>Appends a line; does nothing when no file is configured.</summary>
    public void Write(string what, TopicPartition partition, Offset offset, long id)
    {
        if (_file is null)
        {
            return;
        }

        lock (_lock)
        {
            // Under the lock, so that the lines are in the order of their times.
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            _file.Write(Encoding.ASCII.GetBytes($"{what} {partition.Partition.Value} {offset.Value} {id} {now}\n"));
        }
    }

    public void Dispose() => _file?.Dispose();
}
