namespace Consumers.Framework.Fleet.Scenarios;

/// <summary>What happens in one run: the members at its beginning, and the steps after they have settled.</summary>
internal sealed record FleetScript(string Scenario, int Members, IReadOnlyList<FleetStep> Steps);
