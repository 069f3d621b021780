namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>What is wrong with a batch in a broker's log.</summary>
public enum Damage
{
    /// <summary>A byte of its records is another one, so that the checksum does not match.</summary>
    Checksum,

    /// <summary>It names a compression codec that nobody knows; the checksum matches.</summary>
    Codec,

    /// <summary>Its compressed records are noise; the checksum matches.</summary>
    Compression,
}
