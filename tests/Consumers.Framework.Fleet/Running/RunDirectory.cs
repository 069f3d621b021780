using System.Text.Json;
using System.Text.Json.Serialization;

namespace Consumers.Framework.Fleet.Running;

/// <summary>The files of one run.</summary>
internal sealed class RunDirectory(string path)
{
    private const string JournalEnding = ".journal";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public string Path => path;

    /// <summary>What the fleet did, step by step.</summary>
    public string Events => File("events.txt");

    /// <summary>The topic as the broker has it.</summary>
    public string Topic => File("topic.txt");

    /// <summary>Every commit that the broker accepted.</summary>
    public string Commits => File("commits.txt");

    /// <summary>Every commit that the broker was asked for, as its request log tells it.</summary>
    public string Requests => File("requests.txt");

    /// <summary>The names of the members that left a journal.</summary>
    public IEnumerable<string> Members => Directory.EnumerateFiles(path, $"*{JournalEnding}").Select(static file => System.IO.Path.GetFileNameWithoutExtension(file)).Order();

    private string SettingsFile => File("settings.json");

    public string Journal(string member) => File(member + JournalEnding);

    public string Log(string member) => File($"{member}.log");

    public string Output(string member) => File($"{member}.out");

    public void Write(RunSettings settings) => System.IO.File.WriteAllText(SettingsFile, JsonSerializer.Serialize(settings, Json));

    /// <exception cref="FileNotFoundException">It is no run's directory.</exception>
    public RunSettings ReadSettings() => JsonSerializer.Deserialize<RunSettings>(System.IO.File.ReadAllText(SettingsFile), Json)!;

    private string File(string name) => System.IO.Path.Combine(path, name);
}
