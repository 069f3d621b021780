namespace Consumers.Framework.Published.Tests;

/// <summary>What NativeAOT needs beside the SDK.</summary>
internal static class Linker
{
    private const string Required = "AOT_TESTS_REQUIRE_LINKER";

    /// <summary>Skips the test, with the reason; fails it where <c>AOT_TESTS_REQUIRE_LINKER</c> is set.</summary>
    public static void SkipWhereThereIsNone()
    {
        if (Missing() is { } reason)
        {
            Assert.False(Environment.GetEnvironmentVariable(Required) is { Length: > 0 }, $"{Required} is set, and {reason}");
            Assert.Skip(reason);
        }
    }

    private static string? Missing() =>
        !OperatingSystem.IsLinux() ? "The test publishes for Linux, with bash."
        : Find("clang") || Find("gcc") ? null
        : "NativeAOT needs clang or gcc on the path, and the headers of libc and zlib (build-essential and zlib1g-dev, or their like).";

    private static bool Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
