using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Clients;

internal static partial class Log
{
    [LoggerMessage(EventId = EventIds.Client, Message = "{Consumer}/{Worker}: {Facility}: {Text}{Others}", EventName = nameof(EventIds.Client))]
    public static partial void Client(ILogger logger, LogLevel level, string consumer, int worker, string facility, string text, string others);

    [LoggerMessage(EventIds.ClientLeaked, LogLevel.Error, "{Consumer}/{Worker}: {Records} records are still in handlers that do not return; the client has left its group and its memory is kept until the process ends, because freeing it under them would be a crash", EventName = nameof(EventIds.ClientLeaked))]
    public static partial void ClientLeaked(ILogger logger, string consumer, int worker, long records);

    [LoggerMessage(EventIds.PollsManaged, LogLevel.Warning, "{Consumer}: this build of the client has no native batch poll ({Missing}); records are read one by one, which is slower", EventName = nameof(EventIds.PollsManaged))]
    public static partial void PollsManaged(ILogger logger, string consumer, string missing);

    [LoggerMessage(EventIds.TokenFailed, LogLevel.Warning, "{Client}: no token for SASL/OAUTHBEARER (attempt {Attempt}); connections that are open stay open, new ones wait for it, and the callback is called again in {Delay}", EventName = nameof(EventIds.TokenFailed))]
    public static partial void TokenFailed(ILogger logger, Exception exception, string client, int attempt, TimeSpan delay);

    [LoggerMessage(EventIds.TokenRecovered, LogLevel.Information, "{Client}: there is a token for SASL/OAUTHBEARER again, after {Attempts} attempts that failed", EventName = nameof(EventIds.TokenRecovered))]
    public static partial void TokenRecovered(ILogger logger, string client, int attempts);

    [LoggerMessage(EventIds.TokenLate, LogLevel.Warning, "{Client}: the callback of UseOAuthBearerToken has brought no token for {Age}; connections wait for it, and after {Limit} it counts as failed and is called again", EventName = nameof(EventIds.TokenLate))]
    public static partial void TokenLate(ILogger logger, string client, TimeSpan age, TimeSpan limit);
}
