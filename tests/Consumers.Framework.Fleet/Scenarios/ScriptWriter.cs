namespace Consumers.Framework.Fleet.Scenarios;

/// <summary>Writes a script step by step and knows who is alive at each; the choices come from the seed.</summary>
internal sealed class ScriptWriter
{
    private readonly List<FleetStep> _steps = [];
    private readonly List<int> _alive = [];
    private readonly int _members;
    private int _joined;

    public ScriptWriter(int seed, int members)
    {
        Random = new Random(seed);
        _members = members;
        for (var member = 0; member < members; member++)
        {
            _alive.Add(++_joined);
        }
    }

    public Random Random { get; }

    public int Alive => _alive.Count;

    public int Oldest => _alive[0];

    /// <summary>One of those that are alive.</summary>
    public int Any() => _alive[Random.Next(_alive.Count)];

    public void Join(TimeSpan pause, bool settle = true)
    {
        _alive.Add(++_joined);
        Add(FleetAction.Join, _joined, pause, settle);
    }

    public void Leave(int member, TimeSpan pause, bool settle = true)
    {
        _alive.Remove(member);
        Add(FleetAction.Leave, member, pause, settle);
    }

    public void Restart(int member, TimeSpan pause)
    {
        _alive.Remove(member);
        _alive.Add(++_joined);
        Add(FleetAction.Restart, member, pause);
    }

    public void Kill(int member, TimeSpan pause)
    {
        _alive.Remove(member);
        Add(FleetAction.Kill, member, pause);
    }

    public void Add(FleetAction action, int member, TimeSpan pause, bool settle = true) => _steps.Add(new FleetStep(action, member, pause, settle));

    public TimeSpan Between(double from, double to) => TimeSpan.FromSeconds(from + ((to - from) * Random.NextDouble()));

    public FleetScript ToScript(string scenario) => new(scenario, _members, _steps);
}
