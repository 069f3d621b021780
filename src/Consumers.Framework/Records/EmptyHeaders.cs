using Confluent.Kafka;

namespace Consumers.Framework.Records;

/// <summary>What a record without headers shows, without an object of its own. Any thread.</summary>
internal static class EmptyHeaders
{
    private static Headers _shared = [];

    /// <summary>Empty headers. The list can be written: one that somebody has added to is given to nobody else.</summary>
    public static Headers Shared
    {
        get
        {
            var shared = Volatile.Read(ref _shared);
            if (shared.Count == 0)
            {
                return shared;
            }

            Volatile.Write(ref _shared, shared = []);
            return shared;
        }
    }
}
