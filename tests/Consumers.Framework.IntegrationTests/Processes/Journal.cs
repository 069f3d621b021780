namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>The journal of one process, read while it is written or afterwards.</summary>
internal sealed class Journal(string path)
{
    public string Path => path;

    public int DoneCount => Read().Count(static entry => entry.IsDone);

    public IReadOnlyList<JournalEntry> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();

        // What follows the last line break is being written.
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(JournalEntry.Parse)];
    }
}
