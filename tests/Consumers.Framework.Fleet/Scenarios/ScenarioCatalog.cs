namespace Consumers.Framework.Fleet.Scenarios;

/// <summary>The scenarios by name. Each makes the same script of the same seed and size.</summary>
internal static class ScenarioCatalog
{
    private const int StartMembers = 3;
    private const int MostMembers = 5;

    /// <summary>Every scenario by its name, with what it does.</summary>
    public static IReadOnlyDictionary<string, (string Summary, Action<ScriptWriter, int> Write)> All { get; } =
        new Dictionary<string, (string, Action<ScriptWriter, int>)>(StringComparer.OrdinalIgnoreCase)
        {
            ["handover"] = ("joins, SIGTERMs and restarts, each after the group has settled: nothing may be repeated", HandOver),
            ["rolling"] = ("a rolling restart of all members, again and again", Rolling),
            ["kill"] = ("kill -9 of one member after the other", Kill),
            ["freeze"] = ("SIGSTOP of members, longer and shorter than the session", Freeze),
            ["storm"] = ("a join or a SIGTERM every two seconds, settled or not (row 32)", Storm),
            ["mixed"] = ("a hand-over, a kill, a freeze and a restart, in an order drawn from the seed", Mixed),
            ["recycle"] = ("stops and starts consumers inside their processes: what they leave behind is counted", Recycle),
            ["broker"] = ("SIGSTOP of the broker, longer than health takes to notice", Broker),
        };

    /// <param name="scenario">The name.</param>
    /// <param name="seed">From which choices are drawn.</param>
    /// <param name="size">How many steps, about; 0 for the scenario's own size.</param>
    /// <exception cref="FormatException">There is no such scenario.</exception>
    public static FleetScript Write(string scenario, int seed, int size = 0)
    {
        if (!All.TryGetValue(scenario, out var known))
        {
            throw new FormatException($"{scenario} is none of {string.Join(", ", All.Keys)}.");
        }

        var writer = new ScriptWriter(seed, StartMembers);
        known.Write(writer, size);
        return writer.ToScript(scenario);
    }

    private static void HandOver(ScriptWriter writer, int size)
    {
        for (var step = 0; step < Or(size, 6); step++)
        {
            var pause = writer.Between(0.2, 1);
            switch (writer.Random.Next(3))
            {
                case 0 when writer.Alive < MostMembers:
                    writer.Join(pause);
                    break;
                case 1 when writer.Alive > 2:
                    writer.Leave(writer.Any(), pause);
                    break;
                default:
                    writer.Restart(writer.Any(), pause);
                    break;
            }
        }
    }

    private static void Rolling(ScriptWriter writer, int size)
    {
        for (var step = 0; step < Or(size, StartMembers); step++)
        {
            writer.Restart(writer.Oldest, writer.Between(0.2, 0.8));
        }
    }

    private static void Kill(ScriptWriter writer, int size)
    {
        for (var step = 0; step < Or(size, 2); step++)
        {
            writer.Kill(writer.Any(), writer.Between(0.2, 0.5));
            writer.Join(writer.Between(1, 3));
        }
    }

    private static void Freeze(ScriptWriter writer, int size)
    {
        for (var step = 0; step < Or(size, 2); step++)
        {
            writer.Add(step % 2 == 0 ? FleetAction.Freeze : FleetAction.Hiccup, writer.Any(), writer.Between(1, 2));
        }
    }

    private static void Storm(ScriptWriter writer, int size)
    {
        var interval = TimeSpan.FromSeconds(2);
        for (var step = 0; step < Or(size, 8); step++)
        {
            if (writer.Alive <= 1 || (writer.Alive < MostMembers && writer.Random.Next(2) == 0))
            {
                writer.Join(interval, settle: false);
            }
            else
            {
                writer.Leave(writer.Any(), interval, settle: false);
            }
        }
    }

    private static void Mixed(ScriptWriter writer, int size)
    {
        for (var round = 0; round < Or(size, 4) / 4; round++)
        {
            Action[] parts =
            [
                () => writer.Restart(writer.Any(), writer.Between(0.2, 1)),
                () => writer.Kill(writer.Any(), writer.Between(0.2, 1)),
                () => writer.Join(writer.Between(0.2, 1)),
                () => writer.Add(FleetAction.Freeze, writer.Any(), writer.Between(0.5, 1)),
            ];
            writer.Random.Shuffle(parts);
            foreach (var part in parts)
            {
                part();
            }
        }
    }

    private static void Recycle(ScriptWriter writer, int size)
    {
        for (var step = 0; step < Or(size, 6); step++)
        {
            writer.Add(FleetAction.Recycle, writer.Oldest, writer.Between(0.2, 0.5));
        }
    }

    private static void Broker(ScriptWriter writer, int size)
    {
        for (var step = 0; step < Or(size, 1); step++)
        {
            writer.Add(FleetAction.FreezeBroker, 0, writer.Between(1, 2));
        }
    }

    private static int Or(int size, int own) => size > 0 ? size : own;
}
