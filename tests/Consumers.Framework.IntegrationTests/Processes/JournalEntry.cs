using System.Globalization;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>A line of the journal that <c>Orders.Worker</c> keeps.</summary>
/// <param name="IsDone">Whether it says that an order is done; else that it has begun.</param>
/// <param name="Partition">The record's partition.</param>
/// <param name="Offset">The record's offset.</param>
/// <param name="Id">The order's id.</param>
/// <param name="Time">When it was written.</param>
internal readonly record struct JournalEntry(bool IsDone, int Partition, long Offset, long Id, DateTimeOffset Time)
{
    public static JournalEntry Parse(string line)
    {
        var words = line.Split(' ');
        return new JournalEntry(
            words[0] switch
            {
                "done" => true,
                "start" => false,
                _ => throw new FormatException($"Not a line of a journal: {line}"),
            },
            int.Parse(words[1], CultureInfo.InvariantCulture),
            long.Parse(words[2], CultureInfo.InvariantCulture),
            long.Parse(words[3], CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(words[4], CultureInfo.InvariantCulture)));
    }
}
