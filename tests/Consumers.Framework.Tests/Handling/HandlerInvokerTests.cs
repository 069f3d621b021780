using System.Collections.Frozen;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Handling;
using Consumers.Framework.Records;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.Handling;

public sealed class HandlerInvokerTests : IDisposable
{
    private static readonly string[] MessageTypes = ["placed", "cancelled"];

    private readonly World _world = new();
    private readonly Journal _journal = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Singleton_SynchronousHandler_CompletesSynchronously()
    {
        var invoker = Invokers.Singleton<string>(new TextHandler(_journal), StringRecordDecoder.Instance, Settings.Create());
        var call = Invoke(invoker, value: "hello"u8.ToArray());
        Assert.True(call.IsCompletedSuccessfully);
        await call;
        Assert.Equal(["hello"], _journal.Entries);
    }

    [Fact]
    public async Task Singleton_Tombstone_IsNeverANullMessage()
    {
        var settings = Settings.Create();
        var failing = Invokers.Singleton<string>(new TextHandler(_journal), StringRecordDecoder.Instance, settings);
        var failure = await Assert.ThrowsAsync<PermanentFailureException>(async () => await Invoke(failing, value: null));
        Assert.Contains(nameof(IKafkaTombstoneHandler), failure.Message, StringComparison.Ordinal);

        var skipping = Invokers.Singleton<string>(
            new TextHandler(_journal), StringRecordDecoder.Instance, Settings.Create(static options => options.Tombstones = TombstonePolicy.Skip));
        await Invoke(skipping, value: null);
        Assert.Empty(_journal.Entries);

        var handling = Invokers.Singleton<string>(new TombstoneHandler(_journal), StringRecordDecoder.Instance, settings);
        await Invoke(handling, value: null);
        await Invoke(handling, value: []);
        Assert.Equal(["tombstone 0", "value "], _journal.Entries);
    }

    [Fact]
    public async Task Singleton_Poison_IsADecodingException()
    {
        var invoker = Invokers.Singleton<string>(new TextHandler(_journal), StringRecordDecoder.Instance, Settings.Create());
        await Assert.ThrowsAsync<RecordDecodingException>(async () => await Invoke(invoker, value: [0xff]));
        Assert.Empty(_journal.Entries);
    }

    [Fact]
    public async Task Scoped_EveryAttempt_HasAScopeOfItsOwnThatIsDisposed()
    {
        await using var provider = Services();
        var invoker = Scoped(provider);
        await Invoke(invoker, value: "a"u8.ToArray());
        await Invoke(invoker, value: "b"u8.ToArray());
        Assert.Equal(["made 1", "a by 1", "disposed 1", "made 2", "b by 2", "disposed 2"], _journal.Entries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scenario56_Scoped_HandlerFails_ScopeIsDisposed(bool awaits)
    {
        await using var provider = Services();
        var text = awaits ? "fail later" : "fail";
        await Assert.ThrowsAsync<IOException>(async () => await Invoke(Scoped(provider), value: System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.Equal(["made 1", $"{text} by 1", "disposed 1"], _journal.Entries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scoped_HandlerCannotBeMade_IsToldFromWhatAHandlerThrows(bool hasValue)
    {
        await using var provider = new ServiceCollection().AddScoped<ScopedHandler>().BuildServiceProvider();
        var failure = await Assert.ThrowsAsync<HandlerNotMadeException>(async () => await Invoke(Scoped(provider), value: hasValue ? "a"u8.ToArray() : null));

        Assert.Equal(typeof(ScopedHandler), failure.Handler);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.StartsWith("ScopedHandler cannot be made: InvalidOperationException: Unable to resolve service", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scoped_HandlerResolvesInVain_IsTheHandlersOwnFailure()
    {
        await using var provider = new ServiceCollection().AddScoped<AskingHandler>().BuildServiceProvider();
        var invoker = Invokers.Scoped<string>(
            typeof(AskingHandler), provider.GetRequiredService<IServiceScopeFactory>(), static scoped => scoped.GetRequiredService<AskingHandler>(), StringRecordDecoder.Instance, Settings.Create());

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Invoke(invoker, value: "a"u8.ToArray()));
    }

    /// <summary>A host that is disposed without a stop: nothing can be made any more, and no record is at fault for it.</summary>
    [Fact]
    public async Task Scoped_ContainerIsDisposed_HandlerCannotBeMade()
    {
        var provider = Services();
        var invoker = Scoped(provider);
        await provider.DisposeAsync();

        var failure = await Assert.ThrowsAsync<HandlerNotMadeException>(async () => await Invoke(invoker, value: "a"u8.ToArray()));
        Assert.IsType<ObjectDisposedException>(failure.InnerException);
    }

    [Fact]
    public async Task Scoped_Tombstone_HasAScopeToo()
    {
        await using var provider = Services();
        await Assert.ThrowsAsync<PermanentFailureException>(async () => await Invoke(Scoped(provider), value: null));
        Assert.Equal(["made 1", "disposed 1"], _journal.Entries);
    }

    [Theory]
    [InlineData("fail", typeof(IOException))]
    [InlineData("a", typeof(ObjectDisposedException))]
    public async Task Scoped_ServiceOfTheScopeThrowsAtItsEnd_IsTheFailureOnlyWhenTheHandlerHasNone(string text, Type expected)
    {
        var services = new ServiceCollection().AddSingleton(_journal).AddScoped<ScopedHandler>().AddScoped<Unending>();
        await using var provider = services.BuildServiceProvider();
        var invoker = Invokers.Scoped<string>(
            typeof(ScopedHandler),
            provider.GetRequiredService<IServiceScopeFactory>(),
            static scoped =>
            {
                scoped.GetRequiredService<Unending>();
                return scoped.GetRequiredService<ScopedHandler>();
            },
            StringRecordDecoder.Instance,
            Settings.Create());

        var thrown = await Assert.ThrowsAnyAsync<Exception>(async () => await Invoke(invoker, value: System.Text.Encoding.UTF8.GetBytes(text)));

        Assert.IsType(expected, thrown);
        Assert.Contains("disposed 1", _journal.Entries);
    }

    [Fact]
    public async Task Scoped_TombstoneAndAServiceThatThrowsAtItsEnd_FailsForTheTombstone()
    {
        await using var provider = new ServiceCollection().AddSingleton(_journal).AddScoped<ScopedHandler>().AddScoped<Unending>().BuildServiceProvider();
        var invoker = Invokers.Scoped<string>(
            typeof(ScopedHandler),
            provider.GetRequiredService<IServiceScopeFactory>(),
            static scoped =>
            {
                scoped.GetRequiredService<Unending>();
                return scoped.GetRequiredService<ScopedHandler>();
            },
            StringRecordDecoder.Instance,
            Settings.Create());

        await Assert.ThrowsAsync<PermanentFailureException>(async () => await Invoke(invoker, value: null));
    }

    [Theory]
    [InlineData("placed", null, "placed")]
    [InlineData("placed", "cancelled", "cancelled")]
    public async Task Routing_HeaderAndResolver_ResolverTakesPrecedence(string header, string? resolved, string expected)
    {
        await Invoke(Routing(_ => resolved), headers: [("message-type", "other"), ("message-type", header)]);
        Assert.Equal([expected], _journal.Entries);
    }

    [Fact]
    public async Task Routing_UnknownOrMissingType_IsPermanent()
    {
        var unknown = await Assert.ThrowsAsync<PermanentFailureException>(async () => await Invoke(Routing(null), headers: [("message-type", "refunded")]));
        Assert.Equal(
            "No handler is registered for the message type of the record (Failures:IncludeRecordData shows it); 2 are: cancelled, placed.", unknown.Message);
        await Assert.ThrowsAsync<PermanentFailureException>(async () => await Invoke(Routing(null)));
        await Assert.ThrowsAsync<PermanentFailureException>(async () => await Invoke(Routing(null), headers: [("message-type", null)]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("refunded\r\nfail: forged")]
    public async Task Routing_UnknownTypeWhereRecordDataIsIncluded_IsShownOnOneLine(string? resolved)
    {
        var routing = Routing(_ => resolved, includesRecordData: true);

        var unknown = await Assert.ThrowsAsync<PermanentFailureException>(async () => await Invoke(routing, headers: [("message-type", "refunded\r\nfail: forged")]));

        Assert.Equal(@"No handler is registered for the message type 'refunded\u{000D}\u{000A}fail: forged'; 2 are: cancelled, placed.", unknown.Message);
    }

    private RoutingInvoker Routing(Func<ConsumeContext, string?>? resolver, bool includesRecordData = false) => new(
        MessageTypes.ToFrozenDictionary(static type => type, type => (HandlerInvoker)new Noting(_journal, type)), resolver, "message-type", includesRecordData);

    private ServiceProvider Services() => new ServiceCollection().AddSingleton(_journal).AddScoped<ScopedHandler>().BuildServiceProvider(validateScopes: true);

    private static HandlerInvoker Scoped(IServiceProvider provider) => Invokers.Scoped<string>(
        typeof(ScopedHandler), provider.GetRequiredService<IServiceScopeFactory>(), static scoped => scoped.GetRequiredService<ScopedHandler>(), StringRecordDecoder.Instance, Settings.Create());

    /// <summary>Calls the invoker as a lane does, with a slot that holds the record.</summary>
    private ValueTask Invoke(HandlerInvoker invoker, byte[]? value = null, (string Name, string? Value)[]? headers = null)
    {
        var made = new Headers();
        foreach (var (name, text) in headers ?? [])
        {
            made.Add(name, text is null ? null : System.Text.Encoding.UTF8.GetBytes(text));
        }

        var slot = Slots.Create(_world.Reader);
        var context = slot.Begin(_world.Reader.Make(0, value: value, headers: made));
        return invoker.InvokeAsync(slot, context, TestContext.Current.CancellationToken);
    }

    private sealed class Journal
    {
        private readonly List<string> _entries = [];
        private int _made;

        public IReadOnlyList<string> Entries => _entries;

        public void Add(string entry) => _entries.Add(entry);

        public int Made() => ++_made;
    }

    private sealed class Noting(Journal journal, string type) : HandlerInvoker
    {
        public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken)
        {
            journal.Add(type);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class AskingHandler(IServiceProvider services) : IKafkaHandler<string>
    {
        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken)
        {
            services.GetRequiredService<Journal>().Add(message);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class TextHandler(Journal journal) : IKafkaHandler<string>
    {
        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken)
        {
            journal.Add(message);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class TombstoneHandler(Journal journal) : IKafkaHandler<string>, IKafkaTombstoneHandler
    {
        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken)
        {
            journal.Add($"value {message}");
            return ValueTask.CompletedTask;
        }

        public ValueTask HandleTombstoneAsync(ConsumeContext context, CancellationToken cancellationToken)
        {
            journal.Add($"tombstone {context.Offset.Value}");
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Unending : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => throw new ObjectDisposedException("connection");
    }

    private sealed class ScopedHandler : IKafkaHandler<string>, IAsyncDisposable
    {
        private readonly Journal _journal;
        private readonly int _number;

        public ScopedHandler(Journal journal)
        {
            _journal = journal;
            _number = journal.Made();
            _journal.Add($"made {_number}");
        }

        public async ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken)
        {
            _journal.Add($"{message} by {_number}");
            if (message == "fail later")
            {
                await Task.Yield();
            }

            if (message.StartsWith("fail", StringComparison.Ordinal))
            {
                throw new IOException();
            }
        }

        public ValueTask DisposeAsync()
        {
            _journal.Add($"disposed {_number}");
            return ValueTask.CompletedTask;
        }
    }
}
