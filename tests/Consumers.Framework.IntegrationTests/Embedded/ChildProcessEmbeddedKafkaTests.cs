using System.Diagnostics;
using Confluent.Kafka;
using Consumers.Framework.Testing;

namespace Consumers.Framework.IntegrationTests.Embedded;

/// <summary>The embedded brokers in a process of their own.</summary>
public sealed class ChildProcessEmbeddedKafkaTests() : EmbeddedKafkaTests(childProcess: true)
{
    [Fact]
    public void Commands_AfterTheProcessWasKilled_FailWithItsExitAndTheTestGoesOn()
    {
        using var embedded = Start();
        using var process = Process.GetProcessById(embedded.ProcessId!.Value);
        process.Kill();
        process.WaitForExit();

        var exception = Assert.Throws<EmbeddedKafkaException>(() => embedded.CreateTopic("late"));

        Assert.Contains("exit code", exception.Message, StringComparison.Ordinal);
        Assert.Contains("start a new EmbeddedKafka", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Crash_OfTheNativeCode_EndsItsProcessAndNotTheTest()
    {
        using var embedded = Start();
        using var process = Process.GetProcessById(embedded.ProcessId!.Value);

        // Members of one group with different assignors: an assertion of the mock broker.
        using var first = Join(embedded, PartitionAssignmentStrategy.Range);
        using var second = Join(embedded, PartitionAssignmentStrategy.CooperativeSticky);
        Wait.Until(() =>
        {
            first.Consume(TimeSpan.FromMilliseconds(20));
            second.Consume(TimeSpan.FromMilliseconds(20));
            return process.HasExited;
        });

        Assert.Throws<EmbeddedKafkaException>(() => embedded.CreateTopic("late"));
    }

    [Fact]
    public void Dispose_OfTheCluster_EndsItsProcess()
    {
        var embedded = Start();
        using var process = Process.GetProcessById(embedded.ProcessId!.Value);
        Assert.False(process.HasExited);

        embedded.Dispose();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    private static IConsumer<Ignore, Ignore> Join(EmbeddedKafka embedded, PartitionAssignmentStrategy assignor)
    {
        var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = embedded.BootstrapServers,
            GroupId = "mixed",
            PartitionAssignmentStrategy = assignor,
            SessionTimeoutMs = 2_000,
            HeartbeatIntervalMs = 200,
        }).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe("numbers");
        return consumer;
    }
}
