using Consumers.Framework.Analyzers;
using Consumers.Framework.TestKit.Docs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Consumers.Framework.Tests.Analyzers;

/// <summary>What the compiler is told about handlers, by compiling some.</summary>
public sealed class HandlerGeneratorTests
{
    private static readonly MetadataReference[] _references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path))];

    [Fact]
    public void Class_OfTwoMessageTypes_IsToldToBeTwoClasses()
    {
        var (ours, compilers) = Compile($"class Both : IKafkaHandler<A>, IKafkaHandler<B> {{ {Of("A")} {Of("B")} }}");

        Assert.Equal(
            "(8,7): error CF0001: A handler class handles one message type, and 'Both' implements IKafkaHandler<A> and IKafkaHandler<B>; write a handler class for "
            + "each of them and register all with Handle<THandler>() on the builder that AddKafkaConsumer(name) returns",
            Assert.Single(ours));
        Assert.Equal(["CS8705"], compilers);
    }

    [Fact]
    public void Class_InheritsOneMessageTypeAndAddsAnother_IsToldSoItself()
    {
        var (ours, _) = Compile($"class Base : IKafkaHandler<A> {{ {Of("A")} }} class Both : Base, IKafkaHandler<B> {{ {Of("B")} }} class Third : Both {{ }}");

        Assert.Contains("'Both' implements IKafkaHandler<A> and IKafkaHandler<B>", Assert.Single(ours), StringComparison.Ordinal);
    }

    [Fact]
    public void Class_OfTwoMessageTypesInTwoParts_IsToldOnce() =>
        Assert.Single(Compile($"partial class Both : IKafkaHandler<A> {{ {Of("A")} }} partial class Both : IKafkaHandler<B> {{ {Of("B")} }}").Ours);

    [Theory]
    [InlineData("class Marked : IKafkaHandler { }", "(8,7): error CF0002: 'Marked' is no handler; a handler is a class that implements IKafkaHandler<TMessage>, where")]
    [InlineData("class Other { } class Program { void Main(IServiceCollection services) => services.AddKafkaConsumer<Other>(\"a\"); }", "error CF0002: 'Other' is no handler;")]
    [InlineData("class Other { } class Program { void Main(IKafkaConsumerBuilder builder) => builder.Handle<Other>(\"a\"); }", "error CF0002: 'Other' is no handler;")]
    [InlineData("class Program { void Main(IServiceCollection services) => services.AddKafkaConsumer<IKafkaHandler>(\"a\"); }", "error CF0002: 'IKafkaHandler' is no handler;")]
    [InlineData("class Marked : IKafkaHandler { } class Program { void Main(IKafkaConsumerBuilder builder) => builder.Handle<Marked>(); }", "(8,7): error CF0002: 'Marked' is no handler;")]
    public void Class_ThatHandlesNothing_IsToldWhatAHandlerIs(string source, string expected)
    {
        var (ours, compilers) = Compile(source);

        Assert.Contains(expected, Assert.Single(ours), StringComparison.Ordinal);
        Assert.NotEmpty(compilers);
    }

    [Fact]
    public void Classes_AsTheyShouldBe_AreToldNothing()
    {
        var (ours, compilers) = Compile(
            $"class First : IKafkaHandler<A>, IKafkaTombstoneHandler {{ {Of("A")} public ValueTask HandleTombstoneAsync(ConsumeContext context, CancellationToken token) => default; }}"
            + $"class Second : IKafkaHandler<B>, System.IDisposable {{ {Of("B")} public void Dispose() {{ }} }} class Third : Second {{ }} interface IBoth : IKafkaHandler<A>, IKafkaHandler<B>;"
            + "class Handle<T>; class Program { object Main(IServiceCollection services) { services.AddKafkaConsumer<First>(\"a\"); services.AddKafkaConsumer<IKafkaHandler<A>>(\"c\");"
            + "services.AddKafkaConsumer(\"b\").Handle<First>().Handle<Second>(\"b\").Handle<Third>(\"c\"); return new Handle<A>(); } }");

        Assert.Empty(ours);
        Assert.Empty(compilers);
    }

    [Fact]
    public void Class_WithAnErrorOfItsOwn_IsLeftToTheCompiler()
    {
        var (ours, compilers) = Compile("class Program { void Main(IServiceCollection services) => services.AddKafkaConsumer<Missing>(\"a\"); } class Half : IKafkaHandler<A> { }");

        Assert.Empty(ours);
        Assert.Equal(["CS0246", "CS0535"], compilers);
    }

    [Fact]
    public void Diagnostics_HaveASectionEach()
    {
        var page = Repository.Read("docs/diagnostics.md");

        Assert.All(
            [HandlerDiagnostics.SeveralMessageTypes, HandlerDiagnostics.NoHandlerClass], descriptor => Assert.Contains($"\n## {descriptor.Id}\n", page, StringComparison.Ordinal));
    }

    private static string Of(string message) => $"public ValueTask HandleAsync({message} message, ConsumeContext context, CancellationToken token) => default;";

    /// <returns>Our diagnostics as the compiler prints them, and the ids of its own errors.</returns>
    private static (IReadOnlyList<string> Ours, IReadOnlyList<string> Compilers) Compile(string source)
    {
        // What the source holds begins on line 8.
        const string Usings = "using System.Threading;\nusing System.Threading.Tasks;\nusing Consumers.Framework;\nusing Consumers.Framework.DependencyInjection;\n"
            + "using Microsoft.Extensions.DependencyInjection;\nclass A { }\nclass B { }\n";
        var cancellationToken = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create(
            "snippet", [CSharpSyntaxTree.ParseText(Usings + source, cancellationToken: cancellationToken)], _references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

        var result = CSharpGeneratorDriver.Create(new HandlerGenerator()).RunGenerators(compilation, cancellationToken).GetRunResult();

        Assert.Empty(result.GeneratedTrees);
        return (
            [.. result.Diagnostics.Select(static diagnostic => diagnostic.ToString())],
            [.. compilation.GetDiagnostics(cancellationToken).Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(static diagnostic => diagnostic.Id).Order(StringComparer.Ordinal)]);
    }
}
