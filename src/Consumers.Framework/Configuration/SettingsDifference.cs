namespace Consumers.Framework.Configuration;

/// <summary>What differs between the options that a consumer runs with and those that it would be started with now.</summary>
internal sealed class SettingsDifference
{
    private static readonly string NotSet = OptionText.Format(null);

    private SettingsDifference(string shown, string exact) => (Shown, Exact) = (shown, exact);

    public static SettingsDifference None { get; } = new("", "");

    /// <summary>Each option and client setting that differs, with both values; secrets are masked. Empty when nothing does.</summary>
    public string Shown { get; }

    /// <summary>The new values with the secrets, to be compared and never printed: one password after another is shown alike, and is a change.</summary>
    public string Exact { get; }

    /// <summary>Compares all options and client settings.</summary>
    /// <param name="running">What the consumer runs with.</param>
    /// <param name="read">What it would be started with.</param>
    /// <param name="again">The same, made once more: what differs between the two, code makes anew each time (an id), so it is no change.</param>
    public static SettingsDifference Of(KafkaConsumerOptions running, KafkaConsumerOptions read, KafkaConsumerOptions again)
    {
        var changes = OptionCatalog.All
            .Where(static option => option.Kind != OptionKind.ClientSettings)
            .Select(option => (option.Path, Was: Text(option, running), Is: Text(option, read), Again: Text(option, again)))
            .Concat(read.Client.Keys.Union(running.Client.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)
                .Select(key => (Path: $"client: {key}", Was: Text(key, running), Is: Text(key, read), Again: Text(key, again))))
            .Where(static setting => setting.Is != setting.Was && setting.Is == setting.Again)
            .Select(static setting => (
                Shown: $"{setting.Path} = {Masked(setting.Path, setting.Is)} (was {(setting.Was == NotSet ? "not set" : Masked(setting.Path, setting.Was))})", Exact: $"{setting.Path} = {setting.Is}"))
            .ToList();
        return new(string.Join("; ", changes.Select(static change => change.Shown)), string.Join('\0', changes.Select(static change => change.Exact)));
    }

    private static string Text(OptionDefinition option, KafkaConsumerOptions options) => OptionText.Format(option.Read(options));

    private static string Text(string clientKey, KafkaConsumerOptions options) =>
        OptionText.Format(options.Client.TryGetValue(clientKey, out var value) ? value : null);

    private static string Masked(string name, string value) => value != NotSet && Secrets.Hides(name, value) ? Secrets.Mask : value;
}
