using Confluent.Kafka;

namespace Consumers.Framework.Interop;

/// <summary>Which generation of its group a client is in; under KIP-848, its member epoch. The client's own thread answers, so not for each poll.</summary>
internal static unsafe class GroupGeneration
{
    /// <returns>Null before the group has taken the client in, and when this build of the client does not tell.</returns>
    public static int? Of(IClient client)
    {
        if (Librdkafka.Instance is not { } library || !ConfluentHandle.TryGet(client, out var handle, out _))
        {
            return null;
        }

        var metadata = library.GroupMetadata(handle);
        if (metadata == 0)
        {
            return null;
        }

        var generation = library.GroupMetadataGeneration(metadata);
        library.GroupMetadataDestroy(metadata);
        return generation > 0 ? generation : null;
    }
}
