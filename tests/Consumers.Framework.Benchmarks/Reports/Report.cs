namespace Consumers.Framework.Benchmarks.Reports;

/// <summary>What a run writes as JSON.</summary>
internal sealed record Report(RunInformation Run, IReadOnlyList<ReportSection> Sections);
