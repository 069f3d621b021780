using System.Text.Encodings.Web;
using System.Text.Json;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Benchmarks.Reports;

/// <summary>Writes a report: tables to the standard output, everything to a file.</summary>
internal static class ReportWriter
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Print(Report report)
    {
        Console.WriteLine($"{report.Run.ToSentence()}\n\n{report.Run.Command}\n");
        foreach (var section in report.Sections)
        {
            Console.WriteLine($"## {section.Title}\n\n{MarkdownTable.Render(section.Columns, section.Rows)}\n{section.Note}\n");
        }
    }

    public static void Save(Report report, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(report, Json));
        Progress.Say($"figures are in {path}");
    }
}
