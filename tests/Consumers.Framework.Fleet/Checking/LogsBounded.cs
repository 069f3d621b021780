using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// I8: a member writes few lines in a minute, whatever happens: some for each step of the script, and one for each attempt that failed, which
/// is one for each failure by plan.
/// </summary>
internal sealed class LogsBounded : IInvariant
{
    private const int Always = 60;
    private const int ForEachStep = 20;
    private const long Minute = 60_000_000;

    public string Id => "I8";

    public string Promise => "log lines per minute are bounded";

    public IEnumerable<string> Check(RunHistory history)
    {
        foreach (var member in history.Members)
        {
            foreach (var minute in member.Log.Where(static entry => entry.Level != "Debug").GroupBy(static entry => entry.At.Mono / Minute))
            {
                var steps = history.Events.Count(step => step.Kind is not "settled" && step.At.Mono / Minute == minute.Key);
                var failures = member.Handler.Count(entry => entry.Phase == HandlerPhase.Fail && entry.At.Mono / Minute == minute.Key);
                var bound = Always + (ForEachStep * steps) + (2 * failures);
                if (minute.Count() > bound)
                {
                    var most = minute.GroupBy(static entry => entry.Event).MaxBy(static group => group.Count())!;
                    yield return $"{member.Name} wrote {minute.Count()} lines in the minute around {RunHistory.Text(minute.First().At)}, {bound} are allowed; {most.Count()} of them {most.Key}: {most.First().Text}";
                }
            }
        }
    }
}
