using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Clients;

public sealed class RecordSourceFactoryTests : IDisposable
{
    private readonly FakeLoggerProvider _logs = new();

    [Theory]
    [InlineData(PollingSource.Auto, typeof(NativeRecordSource))]
    [InlineData(PollingSource.Native, typeof(NativeRecordSource))]
    [InlineData(PollingSource.Managed, typeof(ManagedRecordSource))]
    public void Create_ClientHasWhatItTakes_IsWhatTheOptionSays(PollingSource source, Type expected)
    {
        var created = Create(NativeClient.TryOpen, source, consumers: 1);

        Assert.All(created, made => Assert.IsType(expected, made));
        Assert.Empty(Fallbacks());
    }

    [Fact]
    public void Create_AutoAndAFunctionIsMissing_EveryWorkerPollsManagedAndOneLineSaysWhy()
    {
        var created = Create(Lacking("rd_kafka_consume_batch_queue"), PollingSource.Auto, consumers: 3);

        Assert.All(created, source => Assert.IsType<ManagedRecordSource>(source));
        Assert.Contains("rd_kafka_consume_batch_queue", Assert.Single(Fallbacks()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ManagedAndAFunctionIsMissing_SaysNothing()
    {
        Create(Lacking("rd_kafka_consume_batch_queue"), PollingSource.Managed, consumers: 1);

        Assert.Empty(Fallbacks());
    }

    [Fact]
    public void Create_NativeAndAFunctionIsMissing_ThrowsAndSaysWhich()
    {
        var thrown = Assert.Throws<NotSupportedException>(() => Create(Lacking("rd_kafka_queue_forward"), PollingSource.Native, consumers: 1));

        Assert.Contains("Polling:Source", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("rd_kafka_queue_forward", thrown.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _logs.Dispose();

    /// <summary>A client whose librdkafka lacks a function.</summary>
    internal static NativeClientOpener Lacking(string function) => (IClient client, out string? missing) =>
        Librdkafka.Load(name => LibrdkafkaModule.GetExport(name == function ? name + "_gone" : name), out missing) is { } library
            ? NativeClient.TryOpen(client, library, out missing)
            : null;

    private List<IRecordSource> Create(NativeClientOpener open, PollingSource source, int consumers)
    {
        using var loggers = new LoggerFactory([_logs]);
        var factory = new RecordSourceFactory(loggers, new FakeTimeProvider(), open);
        var sources = new List<IRecordSource>();
        for (var consumer = 0; consumer < consumers; consumer++)
        {
            var settings = Settings.Create(options => options.Polling.Source = source, $"consumer{consumer}") with
            {
                WorkerClients = [new Dictionary<string, string> { ["group.id"] = "none" }, new Dictionary<string, string> { ["group.id"] = "none" }],
            };
            for (var worker = 0; worker < settings.WorkerClients.Count; worker++)
            {
                var created = factory.Create(settings, worker);
                sources.Add(created);
                created.Close(leaveGroup: false);
            }
        }

        return sources;
    }

    private IEnumerable<FakeLogRecord> Fallbacks() => _logs.Collector.GetSnapshot().Where(static entry => entry.Id.Id == EventIds.PollsManaged);
}
