namespace Consumers.Framework.Configuration;

/// <summary>What becomes of a record without a value when the handler is no <see cref="IKafkaTombstoneHandler"/>.</summary>
public enum TombstonePolicy
{
    /// <summary>It fails for good; <see cref="FailureOptions.WhenExhausted"/> decides.</summary>
    Fail,

    /// <summary>It counts as handled.</summary>
    Skip,
}
