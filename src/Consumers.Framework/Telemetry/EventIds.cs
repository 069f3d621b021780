namespace Consumers.Framework.Telemetry;

/// <summary>The ids of all log entries. A folder has a range of a hundred; an id is never used again for something else.</summary>
internal static class EventIds
{
    // Hosting 1000-1099
    // Configuration 1100-1199
    public const int ConsumerConfigured = 1100;
    public const int ConsumerDisabled = 1101;
    public const int ConfigurationWarning = 1102;

    // Polling 1200-1299
    // Rebalancing 1300-1399
    // Dispatching 1400-1499
    // Handling 1500-1599
    // Failures 1600-1699
    // Committing 1700-1799
    // Health 1800-1899
}
