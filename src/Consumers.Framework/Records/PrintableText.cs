using System.Globalization;
using System.Text;

namespace Consumers.Framework.Records;

/// <summary>Text that comes from a record, fit for a log: bounded, on one line, and nothing in it that a terminal obeys.</summary>
internal static class PrintableText
{
    private const int MaxLength = 200;

    public static string Of(string text)
    {
        var printable = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (printable.Length >= MaxLength)
            {
                return printable.Append("...").ToString();
            }

            if (IsPlain(Rune.GetUnicodeCategory(rune)))
            {
                printable.Append(rune.ToString());
            }
            else
            {
                printable.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
            }
        }

        return printable.ToString();
    }

    /// <summary>Not a control character, a line's end, a change of direction or something that no font shows.</summary>
    private static bool IsPlain(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
