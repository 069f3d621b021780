using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Consumers.Framework.Analyzers;

/// <summary>
/// Says what is wrong with a handler class in words of this library. It generates nothing. It is a generator and no analyzer because the
/// compiler runs generators first: after an error in a declaration (CS8705, CS0535) it never comes to its analyzers.
/// </summary>
[Generator(LanguageNames.CSharp)]
internal sealed class HandlerGenerator : IIncrementalGenerator
{
    private const string Namespace = "Consumers.Framework";
    private const string Handler = "IKafkaHandler";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        Report(context, context.SyntaxProvider.CreateSyntaxProvider(
            static (node, _) => node is TypeDeclarationSyntax { BaseList: not null } and not InterfaceDeclarationSyntax, OfDeclaration));
        Report(context, context.SyntaxProvider.CreateSyntaxProvider(
            static (node, _) => node is GenericNameSyntax { Arity: 1, Identifier.ValueText: "AddKafkaConsumer" or "Handle" }, OfRegistration));
    }

    private static void Report(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<HandlerFault?> faults) =>
        context.RegisterSourceOutput(
            faults.Where(static fault => fault is not null), static (output, fault) => output.ReportDiagnostic(fault!.Value.ToDiagnostic()));

    private static HandlerFault? OfDeclaration(GeneratorSyntaxContext context, CancellationToken cancellationToken)
    {
        var declaration = (TypeDeclarationSyntax)context.Node;
        if (context.SemanticModel.GetDeclaredSymbol(declaration, cancellationToken) is not INamedTypeSymbol type
            || !IsMarked(type)
            || !IsFirstWithBases(declaration, type, cancellationToken))
        {
            return null;
        }

        // What a base class does wrong is said of the base class.
        var interfaces = HandlerInterfaces(type);
        var inherited = type.BaseType is { } parent ? HandlerInterfaces(parent) : [];
        return interfaces.Count switch
        {
            0 when !IsMarked(type.BaseType) => HandlerFault.At(declaration.Identifier.GetLocation(), HandlerDiagnostics.NoHandlerClass.Id, type),
            > 1 when interfaces.Count > inherited.Count =>
                HandlerFault.At(declaration.Identifier.GetLocation(), HandlerDiagnostics.SeveralMessageTypes.Id, type, string.Join(" and ", interfaces)),
            _ => null,
        };
    }

    private static HandlerFault? OfRegistration(GeneratorSyntaxContext context, CancellationToken cancellationToken)
    {
        var name = (GenericNameSyntax)context.Node;
        var argument = name.TypeArgumentList.Arguments[0];
        var symbols = context.SemanticModel.GetSymbolInfo(name, cancellationToken);
        var method = (symbols.Symbol ?? symbols.CandidateSymbols.FirstOrDefault()) as IMethodSymbol;
        if (method?.OriginalDefinition.TypeParameters.FirstOrDefault()?.ConstraintTypes.Any(IsMarker) != true
            || context.SemanticModel.GetTypeInfo(argument, cancellationToken).Type is not INamedTypeSymbol { TypeKind: not TypeKind.Error } type)
        {
            return null;
        }

        // What has the marker is right (the handler interface itself too, for who registers its implementation), or its declaration is where
        // the fault is said.
        return IsMarked(type) ? null : HandlerFault.At(argument.GetLocation(), HandlerDiagnostics.NoHandlerClass.Id, type);
    }

    private static bool IsFirstWithBases(TypeDeclarationSyntax declaration, INamedTypeSymbol type, CancellationToken cancellationToken) =>
        type.DeclaringSyntaxReferences
            .Select(reference => reference.GetSyntax(cancellationToken))
            .FirstOrDefault(static part => part is TypeDeclarationSyntax { BaseList: not null }) == declaration;

    private static List<string> HandlerInterfaces(INamedTypeSymbol type) =>
        [.. type.AllInterfaces.Where(static one => one.Arity == 1 && IsOurs(one)).Select(static one => one.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat))];

    private static bool IsMarked(INamedTypeSymbol? type) => type is not null && type.AllInterfaces.Any(IsMarker);

    private static bool IsMarker(ITypeSymbol type) => type is INamedTypeSymbol { Arity: 0 } named && IsOurs(named);

    private static bool IsOurs(INamedTypeSymbol type) => type.Name == Handler && type.ContainingNamespace?.ToDisplayString() == Namespace;
}
