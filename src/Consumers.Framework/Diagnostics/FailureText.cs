namespace Consumers.Framework.Diagnostics;

/// <summary>A failure in one line, for health, logs and the status page.</summary>
internal static class FailureText
{
    private const int MaxLength = 500;

    public static string Of(Exception failure)
    {
        var text = $"{failure.GetType().Name}: {ExceptionText.MessageOf(failure)}".ReplaceLineEndings(" ");
        return text.Length <= MaxLength ? text : text[..MaxLength] + "...";
    }
}
