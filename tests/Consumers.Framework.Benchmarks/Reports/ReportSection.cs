namespace Consumers.Framework.Benchmarks.Reports;

/// <summary>One table, and the figures behind it.</summary>
/// <param name="Name">Names its place in docs/performance.md.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">The first is text, the others are numbers.</param>
/// <param name="Rows">The cells.</param>
/// <param name="Note">How to read it.</param>
/// <param name="Rounds">Every round's figures, for the JSON.</param>
internal sealed record ReportSection(string Name, string Title, string[] Columns, IReadOnlyList<string[]> Rows, string Note, object Rounds);
