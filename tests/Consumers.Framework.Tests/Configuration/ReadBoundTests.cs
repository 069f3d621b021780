using Consumers.Framework.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>What From and Until may be; what they may not be is in <see cref="BadConfigurationTests"/>.</summary>
public sealed class ReadBoundTests
{
    [Theory]
    [InlineData("Committed", ReadBoundKind.Committed)]
    [InlineData("earliest", ReadBoundKind.Earliest)]
    [InlineData(" LATEST ", ReadBoundKind.Latest)]
    public void From_Word_InAnyCase(string text, object kind) =>
        Assert.Equal(new ReadBound((ReadBoundKind)kind), Load($"\"From\": \"{text}\"").From);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("\"1200\"", 1200)]
    [InlineData("\"9223372036854775807\"", long.MaxValue)]
    public void From_Digits_IsAnOffset(string json, long offset) =>
        Assert.Equal(new ReadBound(ReadBoundKind.Offset, Offset: offset), Load($"\"From\": {json}").From);

    [Theory]
    [InlineData("2026-01-31T08:00Z")]
    [InlineData("2026-01-31T08:00:00Z")]
    [InlineData("2026-01-31T08:00:00.000Z")]
    [InlineData("2026-01-31T09:30:00+01:30")]
    [InlineData("2026-01-30T22:00:00.0000000-10:00")]
    public void Until_Iso8601WithZone_IsThatInstant(string text)
    {
        var until = Load($"\"Until\": \"{text}\"").Until!.Value;

        Assert.Equal(ReadBoundKind.Time, until.Kind);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero), until.Time.ToUniversalTime());
    }

    [Fact]
    public void NotGiven_IsNone()
    {
        var settings = Load("\"Workers\": 1");

        Assert.Null(settings.From);
        Assert.Null(settings.Until);
    }

    [Theory]
    [InlineData("\"From\": \"Committed\", \"Until\": 50")]
    [InlineData("\"From\": \"Earliest\", \"Until\": 1")]
    [InlineData("\"From\": \"Latest\", \"Until\": 50")]
    [InlineData("\"From\": 49, \"Until\": 50")]
    [InlineData("\"From\": 50, \"Until\": \"2026-01-31T08:00:00Z\"")]
    [InlineData("\"From\": \"2026-01-31T08:00:00Z\", \"Until\": 1")]
    [InlineData("\"From\": \"2026-01-31T08:00:00Z\", \"Until\": \"End\", \"UntilReached\": \"StopHost\"")]
    [InlineData("\"From\": \"2026-01-31T08:00:00+01:00\", \"Until\": \"2026-01-31T08:00:00Z\"")]
    public void Order_ThatOnlyTheBrokerKnowsOrThatHolds_IsAccepted(string section) => Load(section);

    /// <summary>What code sets is checked as what configuration says.</summary>
    [Fact]
    public void From_SetInCode_IsCheckedToo()
    {
        var builder = ConfiguredHost.Builder(
            $$"""{ "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": { "orders": { "Partitions": { "orders": [0] } } } } }""", "orders");
        builder.Services.Configure<KafkaConsumerOptions>("orders", static options => options.From = "yesterday");

        Assert.Equal(
            "Kafka:Consumers:orders:From = yesterday: is no place in a partition; write Committed, Earliest, Latest, an offset like 1200, or a time with its zone like 2026-01-31T08:00:00Z",
            Assert.Single(builder.Failures()));
    }

    private static ConsumerSettings Load(string section) => ConfiguredHost.Builder(
        $$"""{ "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": { "orders": { "Partitions": { "orders": [0] }, "GroupId": "billing", {{section}} } } } }""", "orders").LoadOne();
}
