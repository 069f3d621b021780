namespace Consumers.Framework.Fleet.Running;

/// <summary>How much there is to do in a run.</summary>
internal enum FleetLoad
{
    /// <summary>200 records a second over 24 partitions, some of which fail and are retried.</summary>
    Light,

    /// <summary>1,000 records a second over 96 partitions.</summary>
    Heavy,
}
