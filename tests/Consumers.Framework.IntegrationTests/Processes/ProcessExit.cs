namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Took">The time from the signal that asked for the end.</param>
internal readonly record struct ProcessExit(int Code, TimeSpan Took);
