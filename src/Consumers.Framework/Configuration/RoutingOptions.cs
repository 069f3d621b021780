namespace Consumers.Framework.Configuration;

/// <summary>
/// How a record finds its handler when a consumer has several. Configuration path: <c>Kafka:Consumers:{name}:Routing</c>.
/// </summary>
public sealed class RoutingOptions
{
    /// <summary>The header whose UTF-8 value names the message type; a resolver given in code takes precedence.</summary>
    /// <value>Default: <c>message-type</c>.</value>
    public string Header { get; set; } = "message-type";
}
