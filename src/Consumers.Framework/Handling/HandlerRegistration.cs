using Consumers.Framework.Decoding;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Handling;

/// <summary>
/// The handlers of one consumer and how a record finds its own. Written while services are registered, read at start.
/// </summary>
internal sealed class HandlerRegistration(string consumer)
{
    private readonly List<(string MessageType, HandlerBinding Binding)> _handlers = [];

    public string Consumer { get; } = consumer;

    public IReadOnlyList<(string MessageType, HandlerBinding Binding)> Handlers => _handlers;

    public DecoderRegistrations Decoders { get; } = new();

    /// <summary>The rebalance listeners, in the order of their calls.</summary>
    public List<ListenerRegistration> RebalanceListeners { get; } = [];

    /// <summary>The progress listeners, in the order of their calls.</summary>
    public List<ListenerRegistration> ProgressListeners { get; } = [];

    /// <summary>Names a record's message type; null leaves it to the header.</summary>
    public Func<ConsumeContext, string?>? Resolver { get; set; }

    /// <summary>Whether records are routed by message type; not when the consumer has its one handler by the short form.</summary>
    public bool IsRouted { get; private set; }

    /// <summary>The short form: every record goes to this handler.</summary>
    public void AddOnly(HandlerBinding binding, IServiceCollection services) => AddCore(binding.MessageType.Name, binding, services);

    /// <exception cref="InvalidOperationException">Another handler has the message type already.</exception>
    public void Add(string messageType, HandlerBinding binding, IServiceCollection services)
    {
        IsRouted = true;
        AddCore(messageType, binding, services);
    }

    private void AddCore(string messageType, HandlerBinding binding, IServiceCollection services)
    {
        foreach (var (taken, other) in _handlers)
        {
            if (taken == messageType)
            {
                throw new InvalidOperationException(
                    $"Consumer '{Consumer}': both {other.HandlerType} and {binding.HandlerType} handle the message type '{messageType}'; give one of them another type name.");
            }
        }

        _handlers.Add((messageType, binding));
        binding.Register(services);
    }
}
