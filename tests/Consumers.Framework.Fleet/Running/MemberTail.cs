using System.Globalization;
using System.Text;

namespace Consumers.Framework.Fleet.Running;

/// <summary>Follows a journal while it is written. One thread.</summary>
internal sealed class MemberTail(string path)
{
    private readonly Dictionary<string, int> _ownedByWorker = [];
    private readonly StringBuilder _partial = new();
    private long _read;
    private string _health = "";
    private int _recycled;
    private int _done;

    /// <summary>How many partitions each of its workers owns that has had an assignment.</summary>
    public IReadOnlyCollection<int> Owned
    {
        get
        {
            Read();
            return _ownedByWorker.Values;
        }
    }

    /// <summary>Its last health status.</summary>
    public string Health
    {
        get
        {
            Read();
            return _health;
        }
    }

    /// <summary>How many records it has done.</summary>
    public int Done
    {
        get
        {
            Read();
            return _done;
        }
    }

    /// <summary>How often its consumer was stopped and started again.</summary>
    public int Recycled
    {
        get
        {
            Read();
            return _recycled;
        }
    }

    private void Read()
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _read;
        using var reader = new StreamReader(file);
        _partial.Append(reader.ReadToEnd());
        _read = file.Position;

        // What follows the last line break is being written.
        var text = _partial.ToString();
        var end = text.LastIndexOf('\n') + 1;
        _partial.Remove(0, end);
        foreach (var line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Note(line.Split(' '));
        }
    }

    private void Note(string[] words)
    {
        switch (words[2])
        {
            case "rebalance":
                _ownedByWorker[words[3]] = int.Parse(words[5], CultureInfo.InvariantCulture);
                break;
            case "done":
                _done++;
                break;
            case "health":
                _health = words[3];
                break;
            case "resources" when words[3] == "running":
                _recycled++;
                break;
        }
    }
}
