using Microsoft.CodeAnalysis;

namespace Consumers.Framework.Analyzers;

/// <summary>What the compiler says of handlers. docs/diagnostics.md has a section for each.</summary>
internal static class HandlerDiagnostics
{
    /// <summary>A class implements the handler interface for more than one message type.</summary>
    public static readonly DiagnosticDescriptor SeveralMessageTypes = new(
        "CF0001",
        "A handler class handles one message type",
        "A handler class handles one message type, and '{0}' implements {1}; write a handler class for each of them and register all with Handle<THandler>() on the builder that AddKafkaConsumer(name) returns",
        "Consumers.Framework",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    /// <summary>A class implements the marker interface only, or what is registered as a handler is none.</summary>
    public static readonly DiagnosticDescriptor NoHandlerClass = new(
        "CF0002",
        "A handler is a class that implements IKafkaHandler<TMessage>",
        "'{0}' is no handler; a handler is a class that implements IKafkaHandler<TMessage>, where TMessage is what the values of its records are decoded to (IKafkaHandler without a type argument is a marker and is not implemented by itself)",
        "Consumers.Framework",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);
}
