using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Cells;
using Consumers.Framework.Fleet.Scenarios;

namespace Consumers.Framework.Fleet.Running;

/// <summary>Everything that a run depends on; with it a run can be judged, and done again.</summary>
internal sealed record RunSettings
{
    public required Cell Cell { get; init; }

    /// <summary>A name of <see cref="ScenarioCatalog"/>.</summary>
    public required string Scenario { get; init; }

    public required int Seed { get; init; }

    /// <summary>How many steps; 0 for the scenario's own number.</summary>
    public int Size { get; init; }

    /// <summary>Records a second.</summary>
    public double Rate { get; init; } = 200;

    public int Partitions { get; init; } = 24;

    public int Keys { get; init; } = 240;

    public int Workers { get; init; } = 2;

    public int MaxConcurrency { get; init; } = 16;

    public int MaxPollRecords { get; init; } = 50;

    /// <summary>One record in so many fails at its first attempts; 0 for none.</summary>
    public int FailEvery { get; init; } = 97;

    /// <summary>Async, Sync and Auto; the others commit without one.</summary>
    public TimeSpan? CommitInterval { get; init; }

    public int MaxUncommitted { get; init; } = 1_000;

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan Session { get; init; } = DefaultSession;

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(6);

    public TimeSpan FinalTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The median handler.</summary>
    public TimeSpan MedianHandler { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest handler.</summary>
    public TimeSpan LongestHandler { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After which a consumer without acknowledged commits counts as degraded.</summary>
    public TimeSpan CommitsFailingAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Within which the lag is 0 after the last step and the last record.</summary>
    public TimeSpan CatchUp { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a member is stopped for a <see cref="FleetAction.Freeze"/>.</summary>
    public TimeSpan FreezeTime => Session + TimeSpan.FromSeconds(2);

    /// <summary>How long a member is stopped for a <see cref="FleetAction.Hiccup"/>.</summary>
    public TimeSpan HiccupTime => Session / 3;

    /// <summary>The session timeout; under KIP-848 it is the broker's, and so the same for all runs.</summary>
    public static TimeSpan DefaultSession => TimeSpan.FromSeconds(6);

    /// <summary>How long the broker is stopped: past what health waits for an unanswered commit (5 s), and past an interval of Auto.</summary>
    public static TimeSpan BrokerFreezeTime => TimeSpan.FromSeconds(9);

    /// <summary>What a stop may take.</summary>
    public TimeSpan StopBudget => DrainTimeout + FinalTimeout + CloseTimeout;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Cell.ToString().Replace('/', '-')}-{Scenario}-{Seed}").ToLowerInvariant();

    /// <summary>What runs it again.</summary>
    public string ReplayCommand
    {
        get
        {
            var command = string.Create(CultureInfo.InvariantCulture, $"dotnet run --project tests/Consumers.Framework.Fleet -- run --cell {Cell} --scenario {Scenario} --seed {Seed}");
            command += Size == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" --size {Size}");
            return Load == FleetLoad.Light ? command : $"{command} --load {Load}";
        }
    }

    public FleetLoad Load { get; init; }

    public FleetScript Script => ScenarioCatalog.Write(Scenario, Seed, Size);

    public static RunSettings Of(Cell cell, string scenario, int seed, int size, FleetLoad load)
    {
        var light = new RunSettings { Cell = cell, Scenario = scenario, Seed = seed, Size = size, Load = load };
        light = light with
        {
            CommitInterval = cell.Strategy switch
            {
                CommitStrategy.Async or CommitStrategy.Sync => TimeSpan.FromMilliseconds(200),

                // A loss is to meet records that no commit is due for: a refused commit would tell the member first.
                CommitStrategy.Auto => TimeSpan.FromSeconds(scenario == "freeze" ? 20 : 2),
                _ => null,
            },
        };

        // Slow handlers, so that a loss meets some that run for a while: whoever waits for them is seen.
        light = scenario == "freeze" ? light with { Rate = 60, MedianHandler = TimeSpan.FromMilliseconds(100) } : light;

        // 1,000 records a second of 40 ms keep 40 handlers busy.
        return load == FleetLoad.Light ? light : light with { Rate = 1_000, Partitions = 96, Keys = 960, MaxConcurrency = 64, FailEvery = 0 };
    }
}
