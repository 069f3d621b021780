namespace Consumers.Framework.Fleet.Checking;

/// <summary>Where a run broke an invariant.</summary>
internal sealed record Violation(string Invariant, string Promise, string Text);
