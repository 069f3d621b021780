namespace Consumers.Framework.Positions;

/// <summary>What the worker is told to read cannot be read, or not be committed. The message has path, value and fix.</summary>
internal sealed class ReadRefusedException(string message) : Exception(message);
