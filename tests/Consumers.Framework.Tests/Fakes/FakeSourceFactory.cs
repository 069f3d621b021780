using System.Collections.Concurrent;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Makes clients that the test holds in its hands.</summary>
internal sealed class FakeSourceFactory : IRecordSourceFactory
{
    private readonly BlockingCollection<FakeSource> _made = [];
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Runs first, with the number of the call; it may throw or block.</summary>
    public Action<int>? OnCreate { get; set; }

    /// <summary>Gets each client before its worker does.</summary>
    public Action<FakeSource>? Prepare { get; set; }

    public IRecordSource Create(ConsumerSettings settings, int worker)
    {
        var call = Interlocked.Increment(ref _calls);
        OnCreate?.Invoke(call);
        var source = new FakeSource(settings.Name, worker);
        Prepare?.Invoke(source);
        _made.Add(source);
        return source;
    }

    /// <summary>The next client that the test has not taken yet.</summary>
    public FakeSource Next() => _made.TryTake(out var source, Waiting.Limit) ? source : throw new TimeoutException("No client was made.");
}
