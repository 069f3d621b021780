namespace Consumers.Framework.Failures;

/// <summary>Ends the host because a policy says so.</summary>
internal interface IHostStopper
{
    /// <summary>Stops the host; the process ends with a non-zero exit code. Any thread; the first call counts.</summary>
    void Stop();
}
