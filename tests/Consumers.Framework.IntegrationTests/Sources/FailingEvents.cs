using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Consumers.Framework.Polling;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>The poll loop's events, one of which fails before the loop hears of it. A proxy: it need not know which events there are.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The proxy derives from it.")]
internal class FailingEvents : DispatchProxy
{
    private ISourceEvents? _inner;
    private string? _failing;

    /// <param name="inner">The poll loop's events.</param>
    /// <param name="failing">The name of the one that fails.</param>
    public static ISourceEvents Around(ISourceEvents inner, string failing)
    {
        var proxy = Create<ISourceEvents, FailingEvents>();
        (((FailingEvents)(object)proxy)._inner, ((FailingEvents)(object)proxy)._failing) = (inner, failing);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == _failing
        ? throw new InvalidOperationException($"{_failing} fails because the test says so.")
        : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
}
