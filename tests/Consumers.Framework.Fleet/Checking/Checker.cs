using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>Judges a run by all invariants.</summary>
internal static class Checker
{
    public static IReadOnlyList<IInvariant> Invariants { get; } =
    [
        new NothingLost(), new CommitsFollowHandlers(), new CommitsMoveForward(), new NoTwoAtOnce(), new OrderKept(),
        new LagEnds(), new NothingLeaks(), new LogsBounded(), new HealthMatches(), new StopsInTime(), new RepeatsBounded(), new GapsBounded(),
    ];

    public static Verdict Judge(RunHistory history) => new(history,
        [.. Invariants.SelectMany(invariant => invariant.Check(history).Select(text => new Violation(invariant.Id, invariant.Promise, text)))]);
}
