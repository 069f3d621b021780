using System.Reflection;
using Consumers.Framework.Clients;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>The poll loop's events, one of which fails, or is lost, before the loop hears of it. A proxy: it need not know which events there are.</summary>
public class InterceptedEvents : DispatchProxy
{
    private ISourceEvents? _inner;
    private string? _intercepted;
    private Func<bool>? _isLost;

    /// <summary>Events of which one always fails.</summary>
    /// <param name="inner">The poll loop's events.</param>
    /// <param name="failing">The name of the one.</param>
    internal static ISourceEvents Failing(ISourceEvents inner, string failing) =>
        Around(inner, failing, () => throw new InvalidOperationException($"{failing} fails because the test says so."));

    /// <summary>Events of which one is lost as often as the test says. One that returns something cannot be lost.</summary>
    /// <param name="inner">The poll loop's events.</param>
    /// <param name="intercepted">The name of the one.</param>
    /// <param name="isLost">Asked each time that it comes.</param>
    internal static ISourceEvents Around(ISourceEvents inner, string intercepted, Func<bool> isLost)
    {
        var events = Create<ISourceEvents, InterceptedEvents>();
        var proxy = (InterceptedEvents)(object)events;
        (proxy._inner, proxy._intercepted, proxy._isLost) = (inner, intercepted, isLost);
        return events;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == _intercepted && _isLost!()
        ? null
        : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
}
