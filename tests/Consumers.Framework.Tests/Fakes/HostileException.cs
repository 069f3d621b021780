using System.Collections;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>An exception that cannot be asked anything: every member that a user can override throws, and what it throws is of its kind.</summary>
internal sealed class HostileException : Exception
{
    public override string Message => throw new HostileException();

    public override string? StackTrace => throw new HostileException();

    public override IDictionary Data => throw new HostileException();

    public override string? Source
    {
        get => throw new HostileException();
        set => throw new HostileException();
    }

    public override Exception GetBaseException() => throw new HostileException();

    public override string ToString() => throw new HostileException();

    public override bool Equals(object? obj) => throw new HostileException();

    public override int GetHashCode() => throw new HostileException();
}
