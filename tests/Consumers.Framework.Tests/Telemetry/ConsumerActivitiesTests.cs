using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class ConsumerActivitiesTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static Activity? Start(Headers? headers = null, string? group = "billing") =>
        ConsumerActivities.StartProcess("spans", group, new TopicPartition("orders", 3), 41, headers);

    private static ActivityListener Listen(Action<Activity>? started = null, Action<Activity>? stopped = null, SampleActivity<ActivityContext>? sample = null)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == ConsumersTelemetry.SourceName,
            Sample = sample ?? (static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded),
            ActivityStarted = started,
            ActivityStopped = stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>It is asked as the source is made, and by then a record waits.</summary>
    [Fact]
    public void CreateSource_ListenerThrows_GivesNone()
    {
        var thread = Environment.CurrentManagedThreadId;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ConsumersTelemetry.SourceName && Environment.CurrentManagedThreadId == thread
                ? throw new InvalidOperationException("no")
                : false,
        };
        Assert.Throws<InvalidOperationException>(() => ActivitySource.AddActivityListener(listener));

        Assert.Null(ConsumerActivities.CreateSource());
    }

    private static Headers Traced(string? parent, string? state = null)
    {
        var headers = new Headers { { "traceparent", parent is null ? null : Encoding.UTF8.GetBytes(parent) } };
        if (state is not null)
        {
            headers.Add("tracestate", Encoding.UTF8.GetBytes(state));
        }

        return headers;
    }

    [Fact]
    public void StartProcess_NoListener_DoesNothing()
    {
        Assert.False(ConsumerActivities.Enabled);
        var topicPartition = new TopicPartition("orders", 3);
        ConsumerActivities.StartProcess("spans", "billing", topicPartition, 41, null);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var activity = ConsumerActivities.StartProcess("spans", "billing", topicPartition, 41, null);
        ConsumerActivities.Stop(activity);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Null(activity);
    }

    [Fact]
    public void StartProcess_Listener_FollowsTheConventions()
    {
        using var listener = Listen();

        var activity = Start()!;
        ConsumerActivities.Stop(activity);

        Assert.Equal("process orders", activity.DisplayName);
        Assert.Equal(ActivityKind.Consumer, activity.Kind);
        Assert.Equal(ConsumersTelemetry.SchemaUrl, activity.Source.TelemetrySchemaUrl);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["messaging.system"] = "kafka",
                ["messaging.operation.name"] = "process",
                ["messaging.operation.type"] = "process",
                ["messaging.destination.name"] = "orders",
                ["messaging.destination.partition.id"] = "3",
                ["messaging.kafka.offset"] = 41L,
                ["messaging.consumer.group.name"] = "billing",
                ["consumers.consumer.name"] = "spans",
            },
            activity.TagObjects.ToDictionary());
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void StartProcess_NoGroup_HasNoGroupTag()
    {
        using var listener = Listen();

        using var activity = Start(group: null)!;

        Assert.Null(activity.GetTagItem("messaging.consumer.group.name"));
    }

    [Fact]
    public void StartProcess_TraceParent_ContinuesTheProducersTrace()
    {
        using var listener = Listen();

        using var activity = Start(Traced(Parent, "vendor=1"))!;

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", activity.TraceId.ToHexString());
        Assert.Equal("b7ad6b7169203331", activity.ParentSpanId.ToHexString());
        Assert.Equal("vendor=1", activity.TraceStateString);
        Assert.True(activity.HasRemoteParent);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("\u00fc\u00fc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-zz")]
    public void StartProcess_MalformedTraceParent_BeginsATrace(string? parent)
    {
        using var listener = Listen();

        using var activity = Start(Traced(parent))!;

        Assert.Null(activity.ParentId);
    }

    [Theory]
    [InlineData("tenant=blue", "tenant=blue")]
    [InlineData(" tenant = blue ,user=a%20b%2Cc;ttl=30;x , empty=", "tenant=blue|user=a b,c|empty=")]
    [InlineData("a=1,a=2", "a=1|a=2")]
    [InlineData("no member,=x,b d=1,c=\"1\",d=1 2,ok=1,", "ok=1")]
    [InlineData("a=\u00fc,\u00fc=1,b\0=1,c=%zz", "c=%zz")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void StartProcess_Baggage_IsThatOfTheHeader(string? header, string expected)
    {
        string? atStart = null;
        using var listener = Listen(started: activity => atStart = Baggage(activity));

        using var activity = Start(new Headers { { "baggage", "old=1"u8.ToArray() }, { "baggage", header is null ? null : Encoding.UTF8.GetBytes(header) } })!;

        Assert.Equal(expected, Baggage(activity));
        Assert.Equal(expected, atStart);
        Assert.DoesNotContain(activity.TagObjects, static tag => tag.Key is "tenant" or "user");
    }

    [Fact]
    public void StartProcess_BaggageBeyondItsBounds_IsLeftOut()
    {
        using var listener = Listen();
        var members = string.Join(',', Enumerable.Range(0, 181).Select(static number => $"k{number}={number}"));

        using (var many = Start(new Headers { { "baggage", Encoding.UTF8.GetBytes(members) } })!)
        {
            Assert.Equal(180, many.Baggage.Count());
            Assert.Equal("179", many.GetBaggageItem("k179"));
        }

        using (var largest = Start(new Headers { { "baggage", Encoding.UTF8.GetBytes($"k={new string('x', 8190)}") } })!)
        {
            Assert.Single(largest.Baggage);
        }

        using var large = Start(new Headers { { "baggage", Encoding.UTF8.GetBytes($"k={new string('x', 8191)}") } })!;
        Assert.Empty(large.Baggage);
    }

    [Fact]
    public void StartProcess_NoBaggage_HasNoneOfTheRecordBefore()
    {
        using var listener = Listen();
        ConsumerActivities.Stop(Start(new Headers { { "baggage", "tenant=blue"u8.ToArray() } }));

        using var activity = Start(Traced(Parent))!;

        Assert.Empty(activity.Baggage);
    }

    private static string Baggage(Activity activity) => string.Join('|', activity.Baggage.Select(static item => $"{item.Key}={item.Value}"));

    [Fact]
    public void StartProcess_AmbientSpan_IsNotTheParent()
    {
        using var listener = Listen();
        using var ambient = new Activity("host start").Start();

        using (var activity = Start()!)
        {
            Assert.Null(activity.ParentId);
            Assert.NotEqual(ambient.TraceId, activity.TraceId);
        }

        using var continued = Start(Traced(Parent))!;
        Assert.Equal("b7ad6b7169203331", continued.ParentSpanId.ToHexString());
    }

    [Fact]
    public void StartProcess_Sampler_SeesTheTags()
    {
        object? offset = null;
        var thread = Environment.CurrentManagedThreadId;
        using var listener = Listen(sample: (ref ActivityCreationOptions<ActivityContext> options) =>
        {
            // Listeners are the process's: tests of other classes start activities too, on other threads.
            if (Environment.CurrentManagedThreadId == thread)
            {
                offset = options.Tags!.ToDictionary()["messaging.kafka.offset"];
            }

            return ActivitySamplingResult.None;
        });

        Assert.Null(Start());
        Assert.Equal(41L, offset);
    }

    [Fact]
    public void Fail_SetsStatusAndErrorType()
    {
        using var listener = Listen();
        using var timeout = Start()!;
        using var refused = Start()!;

        ConsumerActivities.Fail(timeout, new TimeoutException("too slow"));
        ConsumerActivities.Fail(refused, new KafkaException(ErrorCode.TopicAuthorizationFailed));
        ConsumerActivities.Fail(null, new TimeoutException());

        Assert.Equal((ActivityStatusCode.Error, "too slow", "System.TimeoutException"), (timeout.Status, timeout.StatusDescription, timeout.GetTagItem("error.type")));
        Assert.Equal("TopicAuthorizationFailed", refused.GetTagItem("error.type"));
    }

    [Fact]
    public void Fail_ExceptionWhoseMessageThrows_SaysSo()
    {
        using var listener = Listen();
        using var failed = Start()!;

        Assert.Null(Record.Exception(() => ConsumerActivities.Fail(failed, new HostileException()))?.GetType());

        Assert.Equal((ActivityStatusCode.Error, "(its Message throws HostileException)"), (failed.Status, failed.StatusDescription));
    }

    [Fact]
    public void AnyCall_CurrentChangedThrows_GoesOn()
    {
        var thread = Environment.CurrentManagedThreadId;
        var thrown = 0;
        Activity.CurrentChanged += Throw;
        try
        {
            using var listener = Listen();
            ConsumerActivities.Stop(Start(Traced(Parent)));
            ConsumerActivities.MakeCurrent(new Activity("mine"));
            ConsumerActivities.MakeCurrent(null);
        }
        finally
        {
            Activity.CurrentChanged -= Throw;
        }

        Assert.NotEqual(0, thrown);
        Assert.Null(Activity.Current);

        void Throw(object? sender, ActivityChangedEventArgs arguments)
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                thrown++;
                throw new InvalidOperationException("changed");
            }
        }
    }

    [Fact]
    public void AnyCall_ListenerThrows_GoesOn()
    {
        using (Listen(started: static _ => throw new InvalidOperationException("started")))
        {
            Assert.Null(Start(Traced(Parent)));
            Assert.Null(Activity.Current);
        }

        using (Listen(stopped: static _ => throw new InvalidOperationException("stopped")))
        {
            ConsumerActivities.Stop(Start(Traced(Parent)));
            Assert.Null(Activity.Current);
        }

        using (Listen(sample: static (ref ActivityCreationOptions<ActivityContext> _) => throw new InvalidOperationException("sample")))
        {
            Assert.Null(Start(Traced(Parent)));
            Assert.Null(Activity.Current);
        }
    }
}
