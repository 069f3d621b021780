namespace Consumers.Framework.Configuration;

/// <summary>Whether a consumer may see Kafka's internal topics (<c>__consumer_offsets</c> and the like).</summary>
public enum InternalTopics
{
    /// <summary>They do not exist for this consumer.</summary>
    Exclude,

    /// <summary>They can be consumed.</summary>
    Include,
}
