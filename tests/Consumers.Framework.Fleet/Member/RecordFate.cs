namespace Consumers.Framework.Fleet.Member;

/// <summary>What a record's handler does with it: drawn from the seed and the record's number alone, so it is the same in every member and every run.</summary>
/// <param name="Takes">How long it works.</param>
/// <param name="Blocks">Whether it blocks its thread meanwhile instead of awaiting.</param>
/// <param name="IgnoresToken">Whether it goes on when it is asked to stop.</param>
/// <param name="Fails">How many attempts fail.</param>
internal readonly record struct RecordFate(TimeSpan Takes, bool Blocks, bool IgnoresToken, int Fails)
{
    public static RecordFate Of(MemberOptions options, long number)
    {
        var random = new Random(unchecked((int)((options.Seed * 7_919) ^ (number * 2_654_435_761L))));

        // Box-Muller; 1 - x is never 0.
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var takes = options.Median * Math.Exp(options.Spread * normal);
        return new RecordFate(
            TimeSpan.FromTicks(Math.Clamp(takes.Ticks, options.Shortest.Ticks, options.Longest.Ticks)),
            random.Next(2) == 0,
            random.Next(4) == 0,
            options.FailEvery > 0 && number % options.FailEvery == 0 ? options.FailedAttempts : 0);
    }
}
