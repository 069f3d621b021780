namespace Consumers.Framework.Handling;

/// <summary>Says that in its scope nothing is made, but asked about. Off for whoever else resolves what is registered. One thread.</summary>
internal sealed class WiringSwitch
{
    public bool IsOn { get; set; }
}
