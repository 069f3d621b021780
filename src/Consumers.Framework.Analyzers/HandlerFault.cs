using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Consumers.Framework.Analyzers;

/// <summary>
/// What is wrong with a handler, and where: values only, so that an edit elsewhere leaves it equal and nothing is done again.
/// </summary>
internal record struct HandlerFault(string Id, string Type, string Interfaces, string File, TextSpan Span, LinePositionSpan Lines)
{
    public static HandlerFault At(Location location, string id, ITypeSymbol type, string interfaces = "") => new(
        id, type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat), interfaces,
        location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public readonly Diagnostic ToDiagnostic() => Diagnostic.Create(
        Id == HandlerDiagnostics.SeveralMessageTypes.Id ? HandlerDiagnostics.SeveralMessageTypes : HandlerDiagnostics.NoHandlerClass,
        Location.Create(File, Span, Lines), Type, Interfaces);
}
