using System.Globalization;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>A member of a backlog run, seen from outside: what it has written by now. Any thread.</summary>
internal sealed class BacklogProcess : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ChildProcess _process;
    private readonly StreamWriter? _transcript;
    private readonly Dictionary<int, long> _begun = [];
    private readonly Dictionary<int, PartitionLook> _looks = [];
    private readonly List<FlowGap> _gaps = [];
    private readonly List<FlowRun> _runs = [];
    private TaskCompletionSource _told = NewTold();
    private long? _joinedAt;
    private int _looksTaken;
    private bool _hasEnded;

    private BacklogProcess(IEnumerable<string> arguments, string? transcript)
    {
        _transcript = transcript is null ? null : new StreamWriter(transcript) { AutoFlush = true };
        _process = new ChildProcess(typeof(BacklogProcess).Assembly.Location, [BacklogMember.Word, .. arguments], OnLine);
    }

    /// <summary>When it asked to join.</summary>
    public long JoinedAt => Read(() => _joinedAt ?? throw new InvalidOperationException("It has not joined."));

    public IReadOnlyList<FlowGap> Gaps => Read(() => _gaps.ToList());

    public IReadOnlyList<FlowRun> Runs => Read(() => _runs.ToList());

    /// <param name="arguments">Its command line.</param>
    /// <param name="transcript">Where all that it writes is kept; null for nowhere.</param>
    public static BacklogProcess Start(IEnumerable<string> arguments, string? transcript) => new(arguments, transcript);

    /// <returns>The partitions whose last run began at that time or later.</returns>
    public IReadOnlyList<int> BegunSince(long time) => Read(() => _begun.Where(begun => begun.Value >= time).Select(static begun => begun.Key).Order().ToList());

    /// <summary>Waits until runs of so many partitions have begun at that time or later.</summary>
    public Task WaitForBeginningsAsync(int partitions, long since, CancellationToken cancellationToken) =>
        WaitAsync(() => _begun.Count(begun => begun.Value >= since) >= partitions, cancellationToken);

    /// <summary>Asks where its partitions are.</summary>
    public async Task<IReadOnlyDictionary<int, PartitionLook>> LookAsync(CancellationToken cancellationToken)
    {
        var before = Read(() => _looksTaken);
        _process.Input.WriteLine(BacklogMember.Look);
        await WaitAsync(() => _looksTaken > before, cancellationToken);
        return Read(() => _looks.ToDictionary());
    }

    /// <summary>Has it leave its group; does not wait for that.</summary>
    public void RequestStop() => _process.Input.WriteLine(BacklogMember.Stop);

    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        await WaitAsync(() => _hasEnded, cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        lock (_lock)
        {
            _transcript?.Dispose();
        }
    }

    private async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task told;
            lock (_lock)
            {
                if (condition())
                {
                    return;
                }

                told = _told.Task;
            }

            await told.WaitAsync(BacklogRun.StepLimit, cancellationToken);
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    private void OnLine(string line)
    {
        lock (_lock)
        {
            if (_transcript?.BaseStream.CanWrite == true)
            {
                _transcript.WriteLine($"{Moment.Now().Mono.ToString(CultureInfo.InvariantCulture)} {line}");
            }

            switch (line.Split(' '))
            {
                case [MemberLine.Joining, var at]:
                    _joinedAt = Number(at);
                    break;
                case [MemberLine.Begin, var partition, _, var at]:
                    _begun[(int)Number(partition)] = Number(at);
                    break;
                case [MemberLine.Gap, var partition, var from, var to, var by]:
                    _gaps.Add(new((int)Number(partition), Number(from), Number(to), by == MemberLine.Kept));
                    break;
                case [MemberLine.Run, var partition, var first, var next, var firstAt, var lastAt]:
                    _runs.Add(new((int)Number(partition), Number(first), Number(next), Number(firstAt), Number(lastAt)));
                    break;
                case [MemberLine.Last, var partition, var next, var at]:
                    _looks[(int)Number(partition)] = new(Number(next), Number(at));
                    break;
                case [MemberLine.Looked, _]:
                    _looksTaken++;
                    break;
                case [MemberLine.Ended]:
                    _hasEnded = true;
                    break;
                default:
                    return;
            }

            var told = _told;
            _told = NewTold();
            told.TrySetResult();
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static TaskCompletionSource NewTold() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
