namespace Consumers.Framework.Configuration;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
internal static class NameSuggestion
{
    /// <summary>The nearest of the names, or null when none is near.</summary>
    public static string? For(string name, IEnumerable<string> names) => names
        .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(near => near.distance <= Tolerance(Math.Min(name.Length, near.candidate.Length)))
        .OrderBy(near => near.distance)
        .Select(near => near.candidate)
        .FirstOrDefault();

    private static int Tolerance(int length) => length < 5 ? 1 : Math.Max(2, length / 3);

    // Optimal string alignment: two letters in the wrong order count as one slip.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
