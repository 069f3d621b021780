using System.Globalization;

namespace Consumers.Framework.TestKit.Records;

/// <summary>How many records a test that proves something by their number uses: few, or as many as <c>CONSUMERS_TEST_RECORDS</c> says.</summary>
public static class RecordCount
{
    public static int Of(int few) =>
        Environment.GetEnvironmentVariable("CONSUMERS_TEST_RECORDS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : few;
}
