namespace Consumers.Framework.Benchmarks.Processes;

/// <summary>What an arm came to, round by round; the warm-up round is not among them.</summary>
internal sealed record ArmRounds<TFigures>(string Arm, IReadOnlyList<TFigures> Rounds)
{
    /// <summary>The median over the rounds; null where a round does not know.</summary>
    public double? Median(Func<TFigures, double?> figure) => Statistics.Median(Rounds.Select(figure));
}
