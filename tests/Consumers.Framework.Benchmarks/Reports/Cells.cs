using System.Globalization;

namespace Consumers.Framework.Benchmarks.Reports;

/// <summary>Numbers as the tables show them; what is not known is a dash.</summary>
internal static class Cells
{
    private const double Mebi = 1024 * 1024;

    public static string Whole(double? value) => Format(value, "N0");

    public static string Ratio(double? value) => Format(value, "0.00");

    /// <summary>Two decimals for what is nearly nothing.</summary>
    public static string Small(double? value) => Format(value, value is < 10 and > -10 ? "0.00" : "N0");

    public static string Megabytes(double? bytes) => Format(bytes / Mebi, "N0");

    private static string Format(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
