using Consumers.Framework.Fleet.Running;

namespace Consumers.Framework.Fleet.Cells;

/// <summary>The runs of one round over the matrix: each cell once, and the scenarios dealt so that each strategy meets all with one assignor or another.</summary>
internal static class MatrixRound
{
    // Small sizes: a round is to be over in ten minutes.
    private static readonly (string Scenario, int Size)[] Dealt = [("handover", 4), ("kill", 1), ("storm", 5), ("freeze", 1), ("rolling", 3)];
    private static readonly (string Scenario, int Size)[] Once = [("recycle", 4), ("broker", 1)];

    /// <summary>The runs of the round with this seed; the next seed deals the next scenario to each cell.</summary>
    public static IEnumerable<RunSettings> Of(IReadOnlyList<Cell> cells, int seed, FleetLoad load)
    {
        foreach (var cell in cells)
        {
            var (scenario, size) = Dealt[(((int)cell.Strategy * 2) + (int)cell.Assignor + seed) % Dealt.Length];
            yield return RunSettings.Of(cell, scenario, seed, size, load);
        }

        for (var index = 0; index < Once.Length; index++)
        {
            yield return RunSettings.Of(cells[(seed + (index * 7)) % cells.Count], Once[index].Scenario, seed, Once[index].Size, load);
        }
    }
}
