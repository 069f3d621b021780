using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Fleet.Member;

/// <summary>
/// Does what comes on the standard input, on a thread of its own. <c>recycle</c>: stop the consumer, note what of it is left, start it again.
/// </summary>
internal sealed class MemberCommands(IKafkaConsumers consumers, Journal journal) : IHostedService
{
    /// <summary>The command that stops and starts the consumer.</summary>
    public const string Recycle = "recycle";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Listen) { IsBackground = true, Name = "commands" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Listen()
    {
        while (Console.In.ReadLine() is { } command)
        {
            if (command == Recycle)
            {
                RecycleAsync().Wait();
            }
        }
    }

    private async Task RecycleAsync()
    {
        var consumer = consumers[FleetMember.Consumer];
        await consumer.StopAsync();
        Note("idle");
        consumer.Start();
        await consumer.WaitForAssignmentAsync();
        Note("running");
    }

    private void Note(string state)
    {
        if (ResourceReading.Read(FleetMember.Consumer) is { } reading)
        {
            journal.Write($"resources {state} {reading.Clients} {reading.ClientThreads} {reading.ConsumerThreads} {reading.Sockets}");
        }
    }
}
