using System.Diagnostics;
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
    public void Dispose_OfTheCluster_EndsItsProcess()
    {
        var embedded = Start();
        using var process = Process.GetProcessById(embedded.ProcessId!.Value);
        Assert.False(process.HasExited);

        embedded.Dispose();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
    }
}
