using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What an application's handler says.</summary>
internal static partial class Talk
{
    [LoggerMessage(1, LogLevel.Information, "here")]
    public static partial void Said(ILogger logger);
}
