using System.Globalization;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Fleet.Member;

/// <summary>Handles a numbered record: notes that it begins, works for as long as the number says, notes how it ended.</summary>
internal sealed class FleetHandler(IOptions<MemberOptions> options, Journal journal) : IKafkaHandler<RawPayload>
{
    public async ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
    {
        var number = long.Parse(message.Span, CultureInfo.InvariantCulture);
        var fate = RecordFate.Of(options.Value, number);
        var record = $"{context.Partition.Value} {context.Offset.Value} {context.GetKey<string>()} {number} {context.Attempt}";
        journal.Write($"start {record}");
        try
        {
            await WorkAsync(fate, context.Attempt, fate.IgnoresToken ? CancellationToken.None : cancellationToken);
        }
        catch (Exception exception)
        {
            journal.Write($"fail {record} {exception.GetType().Name}");
            throw;
        }

        journal.Write($"done {record}");
        if (options.Value.Commit)
        {
            await context.CommitAsync(cancellationToken);
        }
    }

    private static async ValueTask WorkAsync(RecordFate fate, int attempt, CancellationToken cancellationToken)
    {
        if (fate.Blocks)
        {
            cancellationToken.WaitHandle.WaitOne(fate.Takes);
            cancellationToken.ThrowIfCancellationRequested();
        }
        else
        {
            await Task.Delay(fate.Takes, cancellationToken);
        }

        if (attempt <= fate.Fails)
        {
            throw new PlannedFailureException();
        }
    }
}
