namespace Consumers.Framework.Configuration;

/// <summary>
/// Checks what code has registered for an enabled consumer, so that its faults are reported together with those of the configuration.
/// </summary>
internal interface IRegistrationCheck
{
    void Run(ConsumerCheck check);
}
