using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace Orders.Worker;

/// <summary>
/// A file with a line for each beginning and end of an order, for whoever wants to check afterwards that none was lost:
/// <c>start|done partition offset id</c>. Each line is one write to the operating system, so it survives the death of the process.
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

        var line = Encoding.ASCII.GetBytes($"{what} {partition.Partition.Value} {offset.Value} {id}\n");
        lock (_lock)
        {
            _file.Write(line);
        }
    }

    public void Dispose() => _file?.Dispose();
}
