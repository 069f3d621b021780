using Consumers.Framework.Configuration;
using Consumers.Framework.TestKit.Docs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Docs;

public sealed class SampleSettingsTests
{
    [Fact]
    public void Appsettings_OfTheWorker_AreWhatTheReadmeSays()
    {
        var settings = Assert.Single(Load("samples/Orders.Worker/appsettings.json"));

        Assert.Equal("localhost:9092", settings.Options.BootstrapServers);
        Assert.Equal(["orders"], settings.Options.Topics);
        Assert.Equal("orders-worker", settings.Options.GroupId);
        Assert.Equal(2, settings.WorkerClients.Count);
        Assert.Equal(CommitStrategy.Async, settings.Options.Commit.Strategy);
        Assert.Equal(ExhaustedPolicy.Block, settings.Options.Failures.WhenExhausted);
    }

    [Fact]
    public void Appsettings_OfTheWebSampleWithABroker_AreValid()
    {
        var settings = Assert.Single(Load("samples/Orders.Web/appsettings.json", ("Kafka:BootstrapServers", "broker:9092")));

        Assert.Equal("broker:9092", settings.Options.BootstrapServers);
        Assert.Equal("orders-web", settings.Options.GroupId);
    }

    private static IReadOnlyList<ConsumerSettings> Load(string path, params (string Key, string Value)[] more)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration
            .AddJsonFile(Path.Combine(Repository.Root, path))
            .AddInMemoryCollection(more.Select(static setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.Services.AddKafkaConsumer<NoHandler>("orders");
        using var host = builder.Build();
        return host.Services.GetRequiredService<IConsumerSettingsSource>().Load();
    }

    private sealed class NoHandler : IKafkaHandler<string>
    {
        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
