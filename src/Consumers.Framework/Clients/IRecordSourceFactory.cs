using Consumers.Framework.Configuration;

namespace Consumers.Framework.Clients;

/// <summary>Makes the client of a worker.</summary>
internal interface IRecordSourceFactory
{
    /// <exception cref="Exception">The client refused its configuration or could not be made.</exception>
    IRecordSource Create(ConsumerSettings settings, int worker);
}
