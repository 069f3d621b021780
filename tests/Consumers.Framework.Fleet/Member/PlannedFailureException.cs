namespace Consumers.Framework.Fleet.Member;

/// <summary>A record fails because its number says so.</summary>
internal sealed class PlannedFailureException() : Exception("This attempt fails by plan.");
