using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Records;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("order-placed gr\u00fc\u00df \ud83d\ude42", "order-placed gr\u00fc\u00df \ud83d\ude42")]
    [InlineData("a\r\nfail: forged", @"a\u{000D}\u{000A}fail: forged")]
    [InlineData("a\u001b[31mb\0\u0085\u2028\u2029", @"a\u{001B}[31mb\u{0000}\u{0085}\u{2028}\u{2029}")]
    [InlineData("a\u202eb\ufeff", @"a\u{202E}b\u{FEFF}")]
    public void Of_Text_IsOneLineThatNoTerminalObeys(string text, string expected) => Assert.Equal(expected, PrintableText.Of(text));

    [Fact]
    public void Of_HalfACharacter_IsReplaced() => Assert.Equal("\ufffd", PrintableText.Of(new string('\ud83d', 1)));

    [Fact]
    public void Of_LongText_IsCut()
    {
        Assert.Equal(new string('x', 200) + "...", PrintableText.Of(new string('x', 1_000_000)));
        Assert.Equal(new string('x', 200), PrintableText.Of(new string('x', 200)));
        Assert.True(PrintableText.Of(new string('\0', 1_000)).Length < 220);
    }
}
