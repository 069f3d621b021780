using System.Text;

namespace Consumers.Framework.TestKit.Docs;

/// <summary>Writes a table as markdown that reads well as plain text, too.</summary>
public static class MarkdownTable
{
    public static string Render(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. columns.Select((column, index) => rows.Select(row => row[index].Length).Append(column.Length).Append(3).Max())];
        var table = new StringBuilder();
        Append(table, columns, widths);
        table.Append('|').AppendJoin('|', widths.Select(static (width, index) => index == 0 ? new string('-', width + 2) : new string('-', width + 1) + ':')).Append("|\n");
        foreach (var row in rows)
        {
            Append(table, row, widths);
        }

        return table.ToString();
    }

    private static void Append(StringBuilder table, IReadOnlyList<string> cells, int[] widths) => table
        .Append("| ")
        .AppendJoin(" | ", cells.Select((cell, index) => index == 0 ? cell.PadRight(widths[index]) : cell.PadLeft(widths[index])))
        .Append(" |\n");
}
