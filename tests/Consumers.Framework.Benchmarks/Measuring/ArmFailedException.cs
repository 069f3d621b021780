namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>An arm lost records, repeated them, stood still or died: there are no figures of it.</summary>
internal sealed class ArmFailedException : Exception
{
    public ArmFailedException()
    {
    }

    public ArmFailedException(string message)
        : base(message)
    {
    }

    public ArmFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
