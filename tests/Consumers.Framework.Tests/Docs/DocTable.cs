using System.Text;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Tests.Docs;

/// <summary>
/// A table of a page under docs, between <c>&lt;!-- begin:name --&gt;</c> and <c>&lt;!-- end:name --&gt;</c>. It is compared with what the
/// code says, or rewritten when the environment variable UPDATE_DOCS is 1.
/// </summary>
internal static class DocTable
{
    public static void Check(string page, string name, string[] columns, IEnumerable<string?[]> rows)
    {
        var path = Path.Combine(Repository.Root, "docs", page);
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (begin, end) = ($"<!-- begin:{name} -->\n", $"<!-- end:{name} -->");
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var stop = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(start >= begin.Length && stop >= start, $"docs/{page} has no markers for the table {name}.");

        var expected = Render(columns, rows);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, text[..start] + expected + text[stop..]);
            return;
        }

        Assert.True(
            expected == text[start..stop],
            $"The table {name} of docs/{page} is not what the code says. Run the tests once with UPDATE_DOCS=1 to rewrite it. Expected:\n{expected}");
    }

    public static string Render(string[] columns, IEnumerable<string?[]> rows)
    {
        var table = new StringBuilder().Append("| ").AppendJoin(" | ", columns).Append(" |\n").Append('|');
        foreach (var _ in columns)
        {
            table.Append("---|");
        }

        table.Append('\n');
        foreach (var row in rows)
        {
            Assert.Equal(columns.Length, row.Length);
            table.Append("| ").AppendJoin(" | ", row.Select(static cell => cell?.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
        }

        return table.ToString();
    }
}
