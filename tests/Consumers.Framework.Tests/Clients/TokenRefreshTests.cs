using System.Collections;
using System.Collections.Concurrent;
using Consumers.Framework.Clients;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Clients;

public sealed class TokenRefreshTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLogger _logger = new();
    private readonly ConcurrentQueue<TaskCompletionSource<OAuthBearerToken>> _calls = new();
    private readonly ConcurrentQueue<OAuthBearerToken> _given = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly ConcurrentQueue<CancellationToken> _cancellations = new();
    private readonly TokenRefresh _refresh;

    public TokenRefreshTests() => _refresh = new TokenRefresh(
        new OAuthBearerTokenSource("orders", AcquireAsync), "orders/0", _given.Enqueue, _refused.Enqueue, _clock, _logger);

    public void Dispose() => _refresh.Dispose();

    [Fact]
    public void Request_CallbackBlocksItsThread_ReturnsAtOnceAndOneCallIsUnderWay()
    {
        using var hang = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        using var refresh = new TokenRefresh(
            new OAuthBearerTokenSource("orders", _ =>
            {
                entered.Set();
                hang.Wait(TestContext.Current.CancellationToken);
                return ValueTask.FromResult(Token());
            }), "orders/0", _given.Enqueue, _refused.Enqueue, _clock, _logger);

        // On the thread of the client: a callback that ran here would never let it return.
        refresh.Request();
        refresh.Request();
        Assert.True(entered.Wait(Waiting.Limit, TestContext.Current.CancellationToken));
        Assert.Empty(_given);
        hang.Set();
        Waiting.Until(() => _given.Count == 1);
    }

    [Fact]
    public void Request_TokenComes_IsGivenOnceAndAskedForAgainLateInItsTime()
    {
        _refresh.Request();
        Call(1).SetResult(Token());
        Waiting.Until(() => _given.Count == 1);

        // The question that the client asks when it is made comes at its first poll.
        _refresh.Request();
        Assert.False(_refresh.IsAsking);
        Assert.Single(_calls);

        _clock.Advance(TimeSpan.FromMinutes(48));
        _refresh.Request();
        Call(2).SetResult(Token());
        Waiting.Until(() => _given.Count == 2);
        Assert.Null(_refresh.Failure);
        Assert.Empty(_refused);
    }

    [Fact]
    public void Request_CallbackFails_IsToldAndTriedAgainWithLongerDelays()
    {
        _refresh.Request();
        foreach (var (attempt, seconds) in new[] { (1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10) })
        {
            Call(attempt).SetException(new HttpRequestException($"no identity {attempt}"));
            Waiting.Until(() => Logged(EventIds.TokenFailed).Count == attempt);
            Assert.Contains($"no identity {attempt}", _refresh.Failure, StringComparison.Ordinal);
            Assert.Equal($"no identity {attempt}", _refused.Last());
            Assert.Contains(TimeSpan.FromSeconds(seconds).ToString(), Logged(EventIds.TokenFailed)[^1].Message, StringComparison.Ordinal);
            Waiting.Until(() =>
            {
                // The delay may not have begun yet.
                _clock.Advance(TimeSpan.FromSeconds(seconds));
                return _calls.Count == attempt + 1;
            });
        }

        Call(7).SetResult(Token());
        Waiting.Until(() => _given.Count == 1);
        Waiting.Until(() => Logged(EventIds.TokenRecovered).Count == 1);
        Assert.Null(_refresh.Failure);
    }

    [Fact]
    public void Request_CallbackNeverReturns_CountsAsFailedAfterAMinute()
    {
        _refresh.Request();
        Call(1);
        Waiting.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(61));
            return _refused.Count == 1;
        });

        Assert.Contains("no token within 00:01:00", _refresh.Failure, StringComparison.Ordinal);
        Assert.True(_cancellations.First().IsCancellationRequested);
    }

    [Fact]
    public void Request_CallbackHangs_IsSaidOnceAfterTenSecondsUntilATokenComes()
    {
        _refresh.Request();
        var call = Call(1);
        Waiting.Until(() =>
        {
            // The wait may not have begun yet.
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            return _refresh.Failure is not null;
        });

        Assert.Equal("no token for SASL/OAUTHBEARER: the callback of UseOAuthBearerToken has not come back for 00:00:10", _refresh.Failure);
        Waiting.Until(() => Logged(EventIds.TokenLate).Count == 1);
        Assert.Empty(_refused);

        call.SetResult(Token());
        Waiting.Until(() => _given.Count == 1);
        Waiting.Until(() => _refresh.Failure is null);
        Assert.Single(Logged(EventIds.TokenLate));
    }

    [Theory]
    [InlineData("", "System.IO.InvalidDataException")]
    [InlineData(" ", "System.IO.InvalidDataException")]
    [InlineData("\0\n", @"\u{0000}\u{000A}")]
    public void Request_CallbackFailsWithoutAText_TheReasonIsNeverEmpty(string message, string reason)
    {
        _refresh.Request();
        Call(1).SetException(new InvalidDataException(message));

        Waiting.Until(() => _refused.Count == 1);
        Assert.Equal((reason, $"no token for SASL/OAUTHBEARER: {reason}"), (_refused.Last(), _refresh.Failure));
    }

    /// <summary>Each of them would end the process in the client, be refused by it in a text that quotes the token, or be refused by a broker.</summary>
    public static TheoryData<OAuthBearerToken, string> Bad
    {
        get
        {
            var later = DateTimeOffset.MaxValue;
            return new()
            {
                { new("SECRET", later) { Principal = null! }, "its Principal is null" },
                { new("SECRET", later) { Principal = "a\0b" }, "its Principal holds a NUL character" },
                { new("SECRET", later) { Extensions = null! }, "its Extensions are null" },
                { new("SECRET", later) { Extensions = Extension("x", null!) }, "its Extensions have a value that is null or empty" },
                { new("SECRET", later) { Extensions = Extension("x", "") }, "its Extensions have a value that is null or empty" },
                { new("SECRET", later) { Extensions = Extension("x", "SECRET\u0001") }, "its Extensions have a value with a character" },
                { new("SECRET", later) { Extensions = new NullKeyed() }, "its Extensions have a key that does not consist of letters" },
                { new("SECRET", later) { Extensions = Extension("", "x") }, "its Extensions have a key that does not consist of letters" },
                { new("SECRET", later) { Extensions = Extension("SECRET_1", "x") }, "its Extensions have a key that does not consist of letters" },
                { new("SECRET", later) { Extensions = Extension("auth", "x") }, "its Extensions have the key auth" },
                { new("a\u0001b SECRET", later), "its Value holds a character" },
                { new("a\0SECRET", later), "its Value holds a character" },
                { new("SECRET\u00e9", later), "its Value holds a character" },
                { new("SECRET", new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero)), "it has expired" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Request_TokenCannotBeUsed_IsNotGivenAndNamesThePropertyWithoutItsValue(OAuthBearerToken token, string said)
    {
        _refresh.Request();
        Call(1).SetResult(token);

        Waiting.Until(() => Logged(EventIds.TokenFailed).Count == 1);
        Assert.Empty(_given);
        Assert.Contains(said, _refresh.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", $"{_refresh.Failure} {_refused.Last()} {Logged(EventIds.TokenFailed)[0]} {Logged(EventIds.TokenFailed)[0].Exception}", StringComparison.Ordinal);
    }

    [Fact]
    public void Request_TokenWithEverything_IsGivenAsItWasWhenItWasChecked()
    {
        var extensions = Extension("logicalCluster", "lkc-1");
        _refresh.Request();
        Call(1).SetResult(new OAuthBearerToken("token", DateTimeOffset.MaxValue) { Principal = "billing", Extensions = extensions });
        Waiting.Until(() => _given.Count == 1);
        extensions.Clear();

        var given = Assert.Single(_given);
        Assert.Equal(("token", DateTimeOffset.MaxValue, "billing"), (given.Value, given.ExpiresAt, given.Principal));
        Assert.Equal(new("logicalCluster", "lkc-1"), Assert.Single(given.Extensions));
    }

    [Fact]
    public void Request_ClientRefusesTheToken_CountsAsFailedAndNothingThatTheClientSaysIsPrinted()
    {
        using var refresh = new TokenRefresh(
            new OAuthBearerTokenSource("orders", AcquireAsync), "orders/0",
            static token => throw new KafkaException(new Error(ErrorCode.Local_InvalidArg, $"not taken: {token.Value}")), _refused.Enqueue, _clock, _logger);
        refresh.Request();
        Call(1).SetResult(Token("SECRET"));

        Waiting.Until(() => Logged(EventIds.TokenFailed).Count == 1);
        Assert.Equal("no token for SASL/OAUTHBEARER: The client has refused the token (KafkaException, Local_InvalidArg).", refresh.Failure);
        Assert.DoesNotContain("SECRET", $"{_refused.Last()} {Logged(EventIds.TokenFailed)[0]} {Logged(EventIds.TokenFailed)[0].Exception}", StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_CallUnderWay_IsCancelledAndTheClientIsNotTouched()
    {
        _refresh.Request();
        var call = Call(1);
        _refresh.Dispose();
        Waiting.Until(() => _cancellations.First().IsCancellationRequested);
        call.SetResult(Token());
        _refresh.Request();

        Assert.Single(_calls);
        Assert.Empty(_given);
        Assert.Empty(_refused);
        Assert.Empty(Logged(EventIds.TokenFailed));
    }

    /// <summary>The client is closed by its poll thread, which the user's callbacks may neither hold up nor end.</summary>
    [Fact]
    public void Dispose_CancellationCallbackThrows_DoesNotThrowAndAsksNoMore()
    {
        using var registered = new ManualResetEventSlim();
        var refresh = new TokenRefresh(
            new OAuthBearerTokenSource("orders", token =>
            {
                token.Register(static () => throw new InvalidOperationException("mine"));
                registered.Set();
                return AcquireAsync(token);
            }), "orders/0", _given.Enqueue, _refused.Enqueue, _clock, _logger);
        refresh.Request();
        Assert.True(registered.Wait(Waiting.Limit, TestContext.Current.CancellationToken));
        Call(1);

        refresh.Dispose();

        Waiting.Until(() => _cancellations.First().IsCancellationRequested);
        Assert.Single(_calls);
        Assert.Empty(_refused);
    }

    private ValueTask<OAuthBearerToken> AcquireAsync(CancellationToken cancellationToken)
    {
        var call = new TaskCompletionSource<OAuthBearerToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        _cancellations.Enqueue(cancellationToken);
        _calls.Enqueue(call);
        return new(call.Task);
    }

    private TaskCompletionSource<OAuthBearerToken> Call(int number)
    {
        Waiting.Until(() => _calls.Count >= number);
        return _calls.ElementAt(number - 1);
    }

    private OAuthBearerToken Token(string value = "token") => new(value, _clock.GetUtcNow() + TimeSpan.FromHours(1));

    private static Dictionary<string, string> Extension(string key, string value) => new() { [key] = value };

    private List<FakeLogRecord> Logged(int id) => [.. _logger.Collector.GetSnapshot().Where(entry => entry.Id.Id == id)];

    /// <summary>A dictionary of the user's, which need not be one of .NET's.</summary>
    private sealed class NullKeyed : IReadOnlyDictionary<string, string>
    {
        public int Count => 1;

        public IEnumerable<string> Keys => [null!];

        public IEnumerable<string> Values => ["x"];

        public string this[string key] => "x";

        public bool ContainsKey(string key) => true;

        public bool TryGetValue(string key, out string value)
        {
            value = "x";
            return true;
        }

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => new List<KeyValuePair<string, string>> { new(null!, "x") }.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
