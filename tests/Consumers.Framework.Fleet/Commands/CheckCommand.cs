using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;
using Consumers.Framework.Fleet.Reports;
using Consumers.Framework.Fleet.Running;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Fleet.Commands;

/// <summary>Judges runs that were kept, again.</summary>
internal static class CheckCommand
{
    public const string Word = "check";

    /// <exception cref="IOException">A folder is no run's.</exception>
    public static IReadOnlyList<Verdict> Run(IEnumerable<string> folders, TextWriter output)
    {
        var verdicts = folders.Select(static folder => Checker.Judge(HistoryReader.Read(new RunDirectory(folder)))).ToList();
        foreach (var line in verdicts.SelectMany(static verdict => verdict.Describe()))
        {
            output.WriteLine(line);
        }

        output.WriteLine(MarkdownTable.Render(RunFigures.Columns, [.. verdicts.Select(RunFigures.Of)]));
        return verdicts;
    }
}
