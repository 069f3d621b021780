namespace Consumers.Framework.Configuration;

/// <summary>What differs between the options that a consumer runs with and those that it would be started with now.</summary>
internal static class SettingsDifference
{
    /// <summary>Each option and client setting that differs, with both values; secrets are masked. Empty when nothing does.</summary>
    /// <param name="running">What the consumer runs with.</param>
    /// <param name="read">What it would be started with.</param>
    /// <param name="again">The same, made once more: what differs between the two, code makes anew each time (an id), so it is no change.</param>
    public static string Of(KafkaConsumerOptions running, KafkaConsumerOptions read, KafkaConsumerOptions again)
    {
        var changes = OptionCatalog.All
            .Where(static option => option.Kind != OptionKind.ClientSettings)
            .Select(option => (option.Path, Was: Text(option, running), Is: Text(option, read), Again: Text(option, again)))
            .Concat(read.Client.Keys.Union(running.Client.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)
                .Select(key => (Path: $"client: {key}", Was: Text(key, running), Is: Text(key, read), Again: Text(key, again))))
            .Where(static setting => setting.Is != setting.Was && setting.Is == setting.Again)
            .Select(static setting => $"{setting.Path} = {Shown(setting.Path, setting.Is)} (was {Shown(setting.Path, setting.Was)})");
        return string.Join("; ", changes);
    }

    private static string Text(OptionDefinition option, KafkaConsumerOptions options) => OptionText.Format(option.Read(options));

    private static string Text(string clientKey, KafkaConsumerOptions options) =>
        OptionText.Format(options.Client.TryGetValue(clientKey, out var value) ? value : null);

    private static string Shown(string name, string value) => Secrets.Hides(name, value) ? Secrets.Mask : value;
}
