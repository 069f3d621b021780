namespace Consumers.Framework.Interop;

/// <summary>Why librdkafka refuses a setting.</summary>
/// <param name="IsUnknown">It has no setting of that name.</param>
/// <param name="Error">Its own words; they can hold the value.</param>
internal readonly record struct NativeRejection(bool IsUnknown, string Error);
