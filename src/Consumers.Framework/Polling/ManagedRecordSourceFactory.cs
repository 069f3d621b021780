using Consumers.Framework.Configuration;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>Makes <see cref="ManagedRecordSource"/>s.</summary>
internal sealed class ManagedRecordSourceFactory(ILoggerFactory loggers, TimeProvider time) : IRecordSourceFactory
{
    public IRecordSource Create(ConsumerSettings settings, int worker) =>
        new ManagedRecordSource(settings.WorkerClients[worker], new ClientLog(settings.Name, worker, loggers, time), time);
}
