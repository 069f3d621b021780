using System.Collections.Concurrent;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.DependencyInjection;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>A host with one consumer named <c>numbers</c>, started as a user's would be, whose handler is the test's.</summary>
public sealed class TestConsumer : IAsyncDisposable
{
    public const string Name = "numbers";

    private readonly IHost _host;

    private TestConsumer(IHost host, FakeLogCollector logs)
    {
        _host = host;
        Logs = logs;
        Consumer = host.Services.GetRequiredService<IKafkaConsumers>()[Name];
        Witnesses.Add(this, Describe);
    }

    public IKafkaConsumer Consumer { get; }

    public IServiceProvider Services => _host.Services;

    public FakeLogCollector Logs { get; }

    /// <summary>The clients of its workers.</summary>
    internal WatchedSources Sources => _host.Services.GetRequiredService<WatchedSources>();

    /// <summary>What the handler has begun, in the order of beginning.</summary>
    public ConcurrentQueue<HandledRecord> Started => _host.Services.GetRequiredService<TestHandlerBody>().Started;

    /// <summary>What the handler has returned from, in the order of returning.</summary>
    public ConcurrentQueue<HandledRecord> Done => _host.Services.GetRequiredService<TestHandlerBody>().Done;

    public PartitionSnapshot Partition(int number) =>
        Consumer.GetSnapshot().Workers.SelectMany(worker => worker.Partitions).Single(partition => partition.TopicPartition.Partition.Value == number);

    public IReadOnlyList<PartitionSnapshot> Partitions => [.. Consumer.GetSnapshot().Workers.SelectMany(worker => worker.Partitions)];

    /// <param name="broker">Where it consumes.</param>
    /// <param name="topic">What it consumes; null leaves it to <paramref name="configure"/>.</param>
    /// <param name="group">Its group.</param>
    /// <param name="handle">The handler's body; null does nothing.</param>
    /// <param name="configure">Has the last word on its options.</param>
    /// <param name="services">Adds to the services.</param>
    /// <param name="protocol">The group protocol.</param>
    /// <param name="awaitAssignment">Whether to wait until it owns something or stands by.</param>
    /// <param name="build">Adds to the consumer.</param>
    public static async Task<TestConsumer> StartAsync(
        KafkaBroker broker,
        string? topic,
        string? group,
        Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask>? handle = null,
        Action<KafkaConsumerOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        GroupProtocol protocol = GroupProtocol.Classic,
        bool awaitAssignment = true,
        Action<IKafkaConsumerBuilder>? build = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(broker.SettingsFor(protocol, Name));
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddFakeLogging();
        builder.Services.AddSingleton(new TestHandlerBody(handle ?? ((_, _, _) => ValueTask.CompletedTask)));
        builder.Services.AddSingleton<TestHandler>();
        builder.Services.AddSingleton<IRecordSourceFactory>(provider => provider.GetRequiredService<WatchedSources>());
        builder.Services.AddSingleton(provider => new WatchedSources(ActivatorUtilities.CreateInstance<RecordSourceFactory>(provider)));
        var added = builder.Services.AddKafkaConsumer<TestHandler>(Name, options =>
        {
            options.GroupId = group;
            options.GroupProtocol = protocol;
            if (topic is not null)
            {
                options.Topics = [topic];
            }

            configure?.Invoke(options);
        });
        build?.Invoke(added);
        services?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var consumer = new TestConsumer(host, host.Services.GetFakeLogCollector());
        if (awaitAssignment)
        {
            await consumer.Consumer.WaitForAssignmentAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        return consumer;
    }

    /// <summary>Waits until it is done.</summary>
    public Task WaitUntilCompletedAsync(TimeSpan? limit = null) =>
        Consumer.WaitForCompletionAsync(TestContext.Current.CancellationToken).WaitAsync(limit ?? TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Waits until the host has stopped by itself.</summary>
    public Task WaitForShutdownAsync() => _host.WaitForShutdownAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public void WaitUntilDone(int count, TimeSpan? limit = null) => Wait.Until(() => Done.Count >= count, limit);

    public void WaitUntilLagIsZero(TimeSpan? limit = null) => Wait.Until(
        () => Partitions is { Count: > 0 } partitions && partitions.All(partition => partition.Lag == 0 && partition.Committed == partition.HighWatermark), limit);

    /// <summary>What it has handled, where its partitions are, and its log: for a test that has failed.</summary>
    private string Describe() => string.Join(Environment.NewLine,
    [
        $"{Started.Count} records were started, {Done.Count} are done.",
        .. Partitions.Select(static partition => partition.ToString()),
        .. Logs.GetSnapshot().Select(static entry => $"{entry}{(entry.Exception is { } exception ? $": {exception}" : "")}"),
    ]);

    /// <summary>Throws when the condition has stayed false for as long as it takes a record to get through many times over.</summary>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public static async Task Never(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Witnesses.Remove(this);
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
