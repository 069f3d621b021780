namespace Consumers.Framework.Decoding;

/// <summary>A consumer cannot decode a message type. Found at start, when what is wrong and what to do go into the list of problems.</summary>
internal sealed class NoDecoderException(string consumer, Type type, string problem, string fix, Exception inner) : NotSupportedException(
    $"Consumer {consumer} cannot decode values of type {type}: {problem}; {fix}.", inner)
{
    /// <summary>What is wrong.</summary>
    public string Problem { get; } = problem;

    /// <summary>What to do.</summary>
    public string Fix { get; } = fix;
}
