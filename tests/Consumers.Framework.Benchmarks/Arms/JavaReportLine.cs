using System.Globalization;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>
/// One line of the tool's report: ten columns, of which the fifth counts the records since the start and the eighth the milliseconds of
/// fetching, of this interval in a detailed report and of the whole run otherwise.
/// </summary>
internal readonly record struct JavaReportLine(long TotalRecords, TimeSpan FetchTime)
{
    private const int Columns = 10;
    private const int TotalColumn = 4;
    private const int FetchColumn = 7;

    public static bool TryParse(string line, out JavaReportLine report)
    {
        report = default;
        var words = line.Split(", ");
        if (words.Length != Columns
            || !long.TryParse(words[TotalColumn], CultureInfo.InvariantCulture, out var records)
            || !long.TryParse(words[FetchColumn], CultureInfo.InvariantCulture, out var milliseconds))
        {
            return false;
        }

        report = new(records, TimeSpan.FromMilliseconds(milliseconds));
        return true;
    }
}
