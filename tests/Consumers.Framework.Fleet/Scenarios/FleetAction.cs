namespace Consumers.Framework.Fleet.Scenarios;

/// <summary>What a step does.</summary>
internal enum FleetAction
{
    /// <summary>Starts a member.</summary>
    Join,

    /// <summary>SIGTERM to a member; the next step does not wait for its end.</summary>
    Leave,

    /// <summary>SIGTERM, and a new member when it has ended: one step of a rolling restart.</summary>
    Restart,

    /// <summary>SIGKILL.</summary>
    Kill,

    /// <summary>SIGSTOP for longer than the session, then SIGCONT.</summary>
    Freeze,

    /// <summary>SIGSTOP for less than the session, then SIGCONT: nobody else may notice.</summary>
    Hiccup,

    /// <summary>Stops the member's consumer and starts it again, in the same process.</summary>
    Recycle,

    /// <summary>SIGSTOP to the broker for longer than health takes to notice, then SIGCONT.</summary>
    FreezeBroker,
}
