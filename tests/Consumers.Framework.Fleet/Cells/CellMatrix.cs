using Consumers.Framework.Configuration;

namespace Consumers.Framework.Fleet.Cells;

/// <summary>All cells: every assignor with every strategy, orderings in turn.</summary>
internal static class CellMatrix
{
    /// <summary>The cells, those of one assignor never next to each other, so that a short run has met them all.</summary>
    public static IReadOnlyList<Cell> All { get; } =
    [
        .. from strategy in Enum.GetValues<CommitStrategy>()
           from assignor in Enum.GetValues<FleetAssignor>()
           let ordering = ((int)strategy + (int)assignor) % 2 == 0 ? RecordOrdering.Partition : RecordOrdering.Key
           select new Cell(assignor, strategy, ordering),
    ];
}
