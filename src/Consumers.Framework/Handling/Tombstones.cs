using Consumers.Framework.Configuration;

namespace Consumers.Framework.Handling;

/// <summary>What becomes of a record without a value. It is never a null message.</summary>
internal static class Tombstones
{
    public static ValueTask HandleAsync(object handler, ConsumeContext context, ConsumerSettings settings, CancellationToken cancellationToken) => handler switch
    {
        IKafkaTombstoneHandler tombstones => tombstones.HandleTombstoneAsync(context, cancellationToken),
        _ when settings.Options.Tombstones == TombstonePolicy.Skip => ValueTask.CompletedTask,
        _ => throw new PermanentFailureException(
            $"The record has no value (a tombstone) and {handler.GetType().Name} does not handle those; implement {nameof(IKafkaTombstoneHandler)} or set Tombstones to Skip."),
    };
}
