using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Clients;

/// <summary>Makes the native source where the client has what it takes, else the managed one.</summary>
internal sealed class RecordSourceFactory(ILoggerFactory loggers, TimeProvider time, NativeClientOpener open) : IRecordSourceFactory
{
    private readonly ILogger _logger = GuardedLogger.Create(loggers, "Consumers.Framework.Consumer");
    private readonly ILogger _clientLogger = GuardedLogger.Create(loggers, "Consumers.Framework.Client");
    private int _fallbackLogged;

    public IRecordSource Create(ConsumerSettings settings, int worker)
    {
        var configuration = settings.WorkerClients[worker];
        var log = new ClientLog(settings.Name, worker, configuration, _clientLogger, time);
        var client = new ConsumerClient(configuration, log, ClientTokens.For(settings, $"{settings.Name}/{worker}", time, _logger), time);
        if (settings.Options.Polling.Source == PollingSource.Managed)
        {
            return new ManagedRecordSource(client);
        }

        if (open(client.Consumer, out var missing) is { } native)
        {
            return new NativeRecordSource(
                client, native, settings.Options.MaxPollRecords, time,
                records => Log.ClientLeaked(_logger, settings.Name, worker, records));
        }

        if (settings.Options.Polling.Source == PollingSource.Native)
        {
            client.Close();
            throw new NotSupportedException($"Polling:Source is Native, and this build of the client cannot do it: {missing}");
        }

        if (Interlocked.Exchange(ref _fallbackLogged, 1) == 0)
        {
            Log.PollsManaged(_logger, settings.Name, missing ?? "unknown");
        }

        return new ManagedRecordSource(client);
    }
}
