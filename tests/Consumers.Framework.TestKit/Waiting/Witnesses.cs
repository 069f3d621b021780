using System.Collections.Concurrent;

namespace Consumers.Framework.TestKit.Waiting;

/// <summary>What each test has running, and how that tells what it has done: for the message of a test that has failed. Any thread.</summary>
public static class Witnesses
{
    private static readonly ConcurrentDictionary<object, (string? Test, Func<string> Describe)> Running = [];

    /// <summary>The running test has something running.</summary>
    public static void Add(object witness, Func<string> describe) => Running[witness] = (TestContext.Current.Test?.UniqueID, describe);

    /// <summary>It has ended.</summary>
    public static void Remove(object witness) => Running.TryRemove(witness, out _);

    /// <summary>What those of the running test say, each from a new line on.</summary>
    public static string OfTheTest() => string.Concat(Running.Values
        .Where(static running => running.Test == TestContext.Current.Test?.UniqueID)
        .Select(static running => $"{Environment.NewLine}{running.Describe()}"));
}
