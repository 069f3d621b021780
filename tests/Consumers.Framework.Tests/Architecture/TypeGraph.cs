using System.Text.RegularExpressions;

namespace Consumers.Framework.Tests.Architecture;

/// <summary>Which types name which, by names as words: it errs on the side of too many arrows.</summary>
internal sealed partial class TypeGraph
{
    private readonly Dictionary<string, HashSet<string>> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _low = new(StringComparer.Ordinal);
    private readonly Stack<string> _open = new();
    private readonly List<IReadOnlyList<string>> _circles = [];

    /// <param name="files">The source.</param>
    /// <param name="falseArrows">Properties that are named as a type is.</param>
    public TypeGraph(IEnumerable<SourceFile> files, IReadOnlySet<(string From, string To)> falseArrows)
    {
        var texts = files.Select(static file => Noise().Replace(file.Text, " ")).ToList();
        var types = texts.Select(static text => Declaration().Matches(text).Select(static match => match.Groups[1].Value).Where(static name => name != "Log").ToHashSet()).ToList();
        var all = types.SelectMany(static names => names).ToHashSet();
        for (var file = 0; file < texts.Count; file++)
        {
            var named = Word().Matches(texts[file]).Select(static match => match.Value).Where(all.Contains).Except(types[file]).ToList();
            foreach (var type in types[file])
            {
                _uses.TryAdd(type, new HashSet<string>(StringComparer.Ordinal));
                _uses[type].UnionWith(named.Where(name => !falseArrows.Contains((type, name))));
            }
        }

        foreach (var type in _uses.Keys.Where(type => !_index.ContainsKey(type)))
        {
            Visit(type);
        }
    }

    /// <summary>Types each of which reaches all the others.</summary>
    public IEnumerable<IReadOnlyList<string>> Circles => _circles.Where(static circle => circle.Count > 1);

    /// <summary>Tarjan's strongly connected components.</summary>
    private void Visit(string type)
    {
        _index[type] = _low[type] = _index.Count;
        _open.Push(type);
        foreach (var used in _uses[type])
        {
            if (!_index.TryGetValue(used, out var index))
            {
                Visit(used);
                _low[type] = Math.Min(_low[type], _low[used]);
            }
            else if (_open.Contains(used))
            {
                _low[type] = Math.Min(_low[type], index);
            }
        }

        if (_low[type] == _index[type])
        {
            var circle = new List<string>();
            do
            {
                circle.Add(_open.Pop());
            }
            while (circle[^1] != type);
            _circles.Add([.. circle.Order(StringComparer.Ordinal)]);
        }
    }

    [GeneratedRegex("""//[^\n]*|"(?:\\.|[^"\\\n])*""" + "\"")]
    private static partial Regex Noise();

    [GeneratedRegex(@"^(?:(?:public|internal|private|protected|sealed|static|abstract|readonly|ref|unsafe|partial|file)\s+)*(?:class|struct|interface|enum|record(?:\s+struct|\s+class)?)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Za-z_]\w*\b")]
    private static partial Regex Word();
}
