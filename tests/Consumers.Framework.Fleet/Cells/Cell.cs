using Consumers.Framework.Configuration;

namespace Consumers.Framework.Fleet.Cells;

/// <summary>One cell of the matrix.</summary>
internal sealed record Cell(FleetAssignor Assignor, CommitStrategy Strategy, RecordOrdering Ordering)
{
    public bool IsConsumerProtocol => Assignor is FleetAssignor.Uniform848 or FleetAssignor.Range848;

    /// <summary>As the command line has it: <c>Range/Async/Key</c>.</summary>
    public override string ToString() => $"{Assignor}/{Strategy}/{Ordering}";

    /// <exception cref="FormatException">The text names no cell.</exception>
    public static Cell Parse(string text) => text.Split('/') is [var assignor, var strategy, var ordering]
        ? new(Word<FleetAssignor>(assignor), Word<CommitStrategy>(strategy), Word<RecordOrdering>(ordering))
        : throw new FormatException($"A cell is ASSIGNOR/STRATEGY/ORDERING, not {text}.");

    private static T Word<T>(string text)
        where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : throw new FormatException($"{text} is none of {string.Join(", ", Enum.GetNames<T>())}.");
}
