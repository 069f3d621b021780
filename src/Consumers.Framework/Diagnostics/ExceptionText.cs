namespace Consumers.Framework.Diagnostics;

/// <summary>
/// Reads exceptions that are the user's objects: their <c>Message</c>, <c>StackTrace</c> and <c>ToString</c> may throw, and what they throw
/// may do so too. Never throws. Any thread.
/// </summary>
internal static class ExceptionText
{
    /// <summary>The message; what stands in its place when it cannot be read.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception thrown)
        {
            return $"(its Message throws {thrown.GetType().Name})";
        }
    }

    /// <summary>Whether everybody who writes the exception out can do so.</summary>
    public static bool IsPrintable(Exception exception)
    {
        try
        {
            return exception.ToString() is not null;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>What can be read of an exception that cannot be written out, in one that can.</summary>
    public static Exception StandIn(Exception exception) =>
        new InvalidOperationException($"{exception.GetType().FullName}: {MessageOf(exception)}{Environment.NewLine}{StackTraceOf(exception)}");

    /// <summary>The stack trace; what stands in its place when it cannot be read.</summary>
    public static string StackTraceOf(Exception exception)
    {
        try
        {
            return exception.StackTrace ?? "";
        }
        catch (Exception thrown)
        {
            return $"(its StackTrace throws {thrown.GetType().Name})";
        }
    }
}
