using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>I10: a member that is told to stop ends within its budget and one second, with exit code 0; no other ends.</summary>
internal sealed class StopsInTime : IInvariant
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    public string Id => "I10";

    public string Promise => "a stop ends within its budget, with exit code 0";

    public IEnumerable<string> Check(RunHistory history)
    {
        foreach (var hang in history.EventsOf("hang"))
        {
            yield return $"{hang.Member} did not end at all";
        }

        foreach (var death in history.EventsOf("died"))
        {
            yield return $"{death.Member} ended with exit code {death.Details[0]}, and nobody had told it to";
        }

        foreach (var exit in Exits(history))
        {
            if (exit.Code != 0)
            {
                yield return $"{exit.Member} ended with exit code {exit.Code}";
            }

            if (exit.Took > history.Settings.StopBudget + Slack)
            {
                yield return FormattableString.Invariant($"{exit.Member} took {exit.Took.TotalSeconds:0.0} s to stop; its budget is {history.Settings.StopBudget.TotalSeconds:0.0} s");
            }
        }
    }

    /// <summary>How the members ended that were told to stop.</summary>
    public static IEnumerable<(string Member, int Code, TimeSpan Took)> Exits(RunHistory history) => history.EventsOf("exit").Select(static exit =>
        (exit.Member, int.Parse(exit.Details[0], System.Globalization.CultureInfo.InvariantCulture),
            TimeSpan.FromMicroseconds(long.Parse(exit.Details[1], System.Globalization.CultureInfo.InvariantCulture))));
}
