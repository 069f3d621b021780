using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// I7: a stopped consumer leaves no client, no thread and no socket behind; a running one has one client for each worker. The host itself keeps
/// one client, which asks its cluster about topics. Seen where a consumer is stopped and started inside its process.
/// </summary>
internal sealed class NothingLeaks : IInvariant
{
    // The diagnostics of the runtime open a socket of their own now and then.
    private const int SpareSockets = 2;

    private const int HostClients = 1;

    // Of a client that knows one broker: its own, that of the address it was given, and that of the broker.
    private const int HostClientThreads = 3;

    public string Id => "I7";

    public string Promise => "a stopped consumer leaves nothing behind";

    public IEnumerable<string> Check(RunHistory history)
    {
        foreach (var member in history.Members)
        {
            var baseline = member.Resources.FirstOrDefault(static entry => entry.IsIdle)?.Reading.Sockets;
            foreach (var entry in member.Resources)
            {
                var reading = entry.Reading;
                if (entry.IsIdle && (reading.Clients > HostClients || reading.ClientThreads > HostClientThreads || reading.ConsumerThreads != 0 || reading.Sockets > baseline + SpareSockets))
                {
                    yield return $"{member.Name} was stopped at {RunHistory.Text(entry.At)} and kept {reading.Clients} clients, {reading.ClientThreads} client threads, {reading.ConsumerThreads} threads of its own, {reading.Sockets} sockets (at first {baseline})";
                }
                else if (!entry.IsIdle && (reading.Clients < history.Settings.Workers || reading.Clients > history.Settings.Workers + HostClients))
                {
                    yield return $"{member.Name} ran {history.Settings.Workers} workers at {RunHistory.Text(entry.At)} with {reading.Clients} clients";
                }
            }
        }
    }
}
