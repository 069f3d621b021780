using System.Diagnostics;
using System.Text.Json;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Decoding;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What comes from a record is in no log entry, no health report, no snapshot and no span, however the record fails.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class RecordDataTests
{
    private const string Secret = "ann@example.org";

    public static TheoryData<string, string?, string?> Failures() => new()
    {
        { "unknown type", Secret, "{}" },
        { "malformed", "Order", $$"""{"customer":"{{Secret}}",,}""" },
        { "wrong type", "Order", $$"""{"id":"{{Secret}}"}""" },
        { "wrong type under a key", "Order", $$$"""{"stock":{"{{{Secret}}}":"x"}}""" },
        { "encoded twice", "Order", JsonSerializer.Serialize($$"""{"customer":"{{Secret}}"}""") },
        { "converter", "ConvertedOrder", $$"""{"secret":"{{Secret}}"}""" },
        { "deserializer", "StrictOrder", Secret },
        { "key", "Int32", "1" },
        { "key that the handler wraps", "Int64", "1" },
        { "tombstone", "Order", null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Record_FailsInAnyWay_NothingOfItIsPrinted(string way, string? messageType, string? value)
    {
        var (printed, health, spans) = await FailAsync(messageType, value, includesRecordData: false);

        Assert.Contains("offset 7", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, printed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, health, StringComparison.OrdinalIgnoreCase);
        Assert.All(spans, span => Assert.False(span.Contains(Secret, StringComparison.OrdinalIgnoreCase), $"{way}: {span}"));
        Assert.NotEmpty(spans);
    }

    [Theory]
    [InlineData(Secret + "\n", "{}", "the message type 'ann@example.org\\u{000A}'")]
    [InlineData("StrictOrder", Secret, "FormatException: \"no order: ann@example.org\"")]
    public async Task Record_FailsWhereItMayBeQuoted_IsQuotedOnOneLine(string messageType, string value, string expected)
    {
        var (printed, health, _) = await FailAsync(messageType, value, includesRecordData: true);

        Assert.Contains(expected, printed, StringComparison.Ordinal);
        Assert.Contains(expected, health, StringComparison.Ordinal);
    }

    private static async Task<(string Logs, string Health, IReadOnlyList<string> Spans)> FailAsync(string? messageType, string? value, bool includesRecordData)
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == ConsumersTelemetry.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.Enqueue($"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(listener);
        string logs, health;
        await using (var host = new ConsumerHost().Section("orders"))
        {
            host.Services.AddKafkaConsumer("orders")
                .Handle<Handler<Order>>().Handle<Handler<ConvertedOrder>>().Handle<Handler<StrictOrder>>().Handle<KeyHandler>("Int32").Handle<WrappingHandler>("Int64")
                .UseDeserializer(new TellTale())
                .Configure(options =>
                {
                    options.Failures.WhenExhausted = ExhaustedPolicy.Block;
                    options.Failures.Retry.MaxAttempts = 1;
                    options.Failures.IncludeRecordData = includesRecordData;
                });
            host.Services.AddHealthChecks().AddKafkaConsumers();
            var source = await host.StartAssignedAsync();

            source.Deliver(7, value is null ? null : System.Text.Encoding.UTF8.GetBytes(value), System.Text.Encoding.UTF8.GetBytes(Secret), messageType);
            host.UntilLogged(EventIds.RecordBlocked);

            logs = string.Join('\n', host.Logs.GetSnapshot().Select(static record => $"{record.Message} {record.Exception} {string.Join(' ', record.StructuredState ?? [])}"));
            var report = await host.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
            health = string.Join('\n', report.Entries.Select(static entry => $"{entry.Value.Description} {string.Join(' ', entry.Value.Data)}"))
                + string.Join('\n', host.Worker.Partitions.Select(static partition => partition.ToString()));
        }

        // Ended with the record, at the stop.
        Waiting.Until(() => !spans.IsEmpty);
        return (logs, health, [.. spans]);
    }

    private sealed class Handler<TMessage> : IKafkaHandler<TMessage>
    {
        public ValueTask HandleAsync(TMessage message, ConsumeContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class KeyHandler : IKafkaHandler<byte[]>
    {
        public ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken) => new(Task.FromResult(context.GetKey<Guid>()));
    }

    private sealed class WrappingHandler : IKafkaHandler<string>
    {
        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken)
        {
            try
            {
                new TellTale().Deserialize(context.RawKey, isNull: false, default);
                return ValueTask.CompletedTask;
            }
            catch (FormatException exception)
            {
                throw new InvalidOperationException("No such order.", new RecordDecodingException("The key is no order.", exception));
            }
        }
    }

    private sealed class TellTale : IDeserializer<StrictOrder>
    {
        public StrictOrder Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) =>
            throw new FormatException($"no order: {System.Text.Encoding.UTF8.GetString(data)}");
    }
}
