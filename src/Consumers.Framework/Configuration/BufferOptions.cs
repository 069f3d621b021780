namespace Consumers.Framework.Configuration;

/// <summary>
/// How much of one partition waits in memory for its handler. A partition whose buffer stays full is held back until a quarter is left;
/// what the client had prefetched by then may still come on top. With <see cref="PollingSource.Managed"/> it is paused instead, and
/// fetched again. Configuration path: <c>Kafka:Consumers:{name}:Buffer</c>.
/// </summary>
public sealed class BufferOptions
{
    /// <summary>Records of one partition that may wait.</summary>
    /// <value>Default: 2,000. Range: 1 to 1,000,000.</value>
    public int MaxRecords { get; set; } = 2_000;

    /// <summary>Bytes (keys and values) of one partition that may wait. One record is accepted whatever its size.</summary>
    /// <value>Default: 16 MiB. Range: 1 KiB to 2 GiB - 1. Unit: bytes.</value>
    public int MaxBytes { get; set; } = 16 * 1024 * 1024;
}
