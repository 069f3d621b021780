using System.Collections.Concurrent;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>
/// Makes the sources that the framework would make, and keeps the readers of the native ones: a record that is handed out and never
/// released is memory that is gone, whatever the test was about.
/// </summary>
internal sealed class WatchedSources(IRecordSourceFactory inner) : IRecordSourceFactory
{
    /// <summary>By collection, whose tests run one after another.</summary>
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<NativeRecordReader>> OfTests = new();

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<NativeRecordReader> _ofTheTest = OfTheTest;

    /// <summary>The sources of one consumer, in the order of making.</summary>
    public ConcurrentQueue<IRecordSource> Made { get; } = new();

    /// <summary>What the workers get in the place of a source; the test's to break.</summary>
    public Func<IRecordSource, IRecordSource> Wrap { get; set; } = static source => source;

    public IEnumerable<NativeRecordReader> Readers => Made.Select(static source => source.Reader).OfType<NativeRecordReader>();

    public long HandedOut => Readers.Sum(static reader => reader.HandedOut);

    public long Pinned => Readers.Sum(static reader => reader.HandedOut - reader.Released);

    public IRecordSource Create(ConsumerSettings settings, int worker)
    {
        var source = inner.Create(settings, worker);
        Made.Enqueue(source);
        if (source.Reader is NativeRecordReader reader)
        {
            _ofTheTest.Enqueue(reader);
        }

        return Wrap(source);
    }

    /// <summary>Fails when a record of any consumer of the test stays handed out.</summary>
    public static void AssertNothingIsPinned()
    {
        var readers = OfTheTest;
        while (readers.TryDequeue(out var reader))
        {
            var startedAt = TimeProvider.System.GetTimestamp();
            SpinWait.SpinUntil(() => reader.Released == reader.HandedOut, Patience);
            Assert.True(
                reader.Released == reader.HandedOut,
                $"{reader.HandedOut - reader.Released} of {reader.HandedOut} records are still handed out {TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds:F0} s after the test.");
        }
    }

    /// <summary>A test that failed may have left its consumers as they were.</summary>
    public static void Forget() => OfTheTest.Clear();

    private static ConcurrentQueue<NativeRecordReader> OfTheTest => OfTests.GetOrAdd(TestContext.Current.TestCollection!.UniqueID, static _ => new());
}
