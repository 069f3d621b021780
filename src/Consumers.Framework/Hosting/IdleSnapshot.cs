using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Hosting;

/// <summary>What is known of a consumer without its workers.</summary>
internal static class IdleSnapshot
{
    public static ConsumerSnapshot Of(ConsumerSettings settings) => new()
    {
        Name = settings.Name,
        GroupId = settings.Options.GroupId,
        TopicPattern = settings.Options.TopicPattern,
        Topics = [.. settings.Options.Topics.Concat(settings.Options.Partitions.Keys)],
        Paused = false,
        Workers = [],
    };
}
