using System.Globalization;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>How often a test that proves something by repetition repeats it: few times, or as often as <c>CONSUMERS_TEST_ROUNDS</c> says.</summary>
internal static class Rounds
{
    public static int Count(int few) =>
        Environment.GetEnvironmentVariable("CONSUMERS_TEST_ROUNDS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : few;
}
