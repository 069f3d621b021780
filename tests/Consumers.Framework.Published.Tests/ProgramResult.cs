namespace Consumers.Framework.Published.Tests;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, errors included.</param>
internal sealed record ProgramResult(int ExitCode, string Output);
