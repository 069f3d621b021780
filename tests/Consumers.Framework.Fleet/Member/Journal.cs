using System.Globalization;
using System.Text;

namespace Consumers.Framework.Fleet.Member;

/// <summary>
/// What a member did and when, one line for each thing, in the order of the lines' times. Each line is one write to the operating system:
/// it is there when <see cref="Write"/> returns, and survives whatever happens to the process then. Any thread.
/// </summary>
/// <remarks>
/// A line begins with two times in microseconds: the machine's monotonic clock, which is one for all its processes and which lines of
/// different members are ordered by, and the wall clock, which is the broker's too.
/// </remarks>
internal sealed class Journal(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Write(FormattableString what)
    {
        var line = what.ToString(CultureInfo.InvariantCulture);
        lock (_lock)
        {
            // Under the lock, so that the lines are in the order of their times.
            var now = Moment.Now();
            _file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{now.Mono} {now.Wall} {line}\n")));
        }
    }

    public void Dispose() => _file.Dispose();
}
