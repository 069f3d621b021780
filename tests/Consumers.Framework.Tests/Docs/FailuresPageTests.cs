using Consumers.Framework.Configuration;
using Consumers.Framework.TestKit.Docs;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.Docs;

/// <summary>The pipeline and the settings of docs/failures.md work as they stand there.</summary>
public sealed class FailuresPageTests
{
    [Fact]
    public async Task Pipeline_OfThePage_IsTheOneThatTheAttemptsRunIn()
    {
        await using var host = new ConsumerHost();
        foreach (var (key, value) in new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Root, "tests/Consumers.Framework.Tests/Docs/patient.json")).Build().AsEnumerable())
        {
            if (value is not null)
            {
                host.Configure(key, value);
            }
        }

        PatientPipeline.AddTo(host.Services);
        host.Probe.Handler = static (context, _) => context.Attempt == 1 ? throw new TaskCanceledException("an HTTP client's timeout") : ValueTask.CompletedTask;
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 7, count: 1);

        host.Clock.RunUntil(() => host.Orders.GetSnapshot().Handled == 1);
        Assert.Equal([7L, 7L], host.Probe.Calls.Select(static call => call.Offset));
        var settings = Assert.Single(host.Host.Services.GetRequiredService<IConsumerSettingsSource>().Load());
        Assert.Equal(("patient", TimeSpan.FromSeconds(20), ExhaustedPolicy.Block), (settings.Options.Failures.Pipeline, settings.Options.Failures.Retry.MaxDelay, settings.Options.Failures.WhenExhausted));
    }
}
