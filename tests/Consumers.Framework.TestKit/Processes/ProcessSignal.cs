namespace Consumers.Framework.TestKit.Processes;

/// <summary>The signals that tests send, by their numbers on this system.</summary>
public static class ProcessSignal
{
    public const int Interrupt = 2;

    public const int Kill = 9;

    public const int Terminate = 15;

    public static int Stop => OperatingSystem.IsMacOS() ? 17 : 19;

    public static int Continue => OperatingSystem.IsMacOS() ? 19 : 18;
}
