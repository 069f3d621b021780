using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Fleet.Member;

/// <summary>Writes the member's log into a file of its own, line by line, and its rebalances into the journal as well.</summary>
internal sealed class JournalLoggerProvider(IOptions<MemberOptions> options, Journal journal) : ILoggerProvider
{
    private readonly Journal _log = new(options.Value.Log);

    public ILogger CreateLogger(string categoryName) => new JournalLogger(_log, journal);

    public void Dispose() => _log.Dispose();
}
