using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>What is wrong with a run; nothing, when it is green.</summary>
internal sealed record Verdict(RunHistory History, IReadOnlyList<Violation> Violations)
{
    private const int MostNamed = 5;

    public bool IsGreen => Violations.Count == 0;

    /// <summary>What was violated, a few of each invariant, and the command that runs it again.</summary>
    public IEnumerable<string> Describe()
    {
        foreach (var invariant in Violations.GroupBy(static violation => violation.Invariant))
        {
            yield return $"RED {invariant.Key}: {invariant.First().Promise}. {invariant.Count()} times:";
            foreach (var violation in invariant.Take(MostNamed))
            {
                yield return $"  {violation.Text}";
            }
        }

        if (!IsGreen)
        {
            yield return $"Again: {History.Settings.ReplayCommand}";
        }
    }
}
