using System.Text.Json;

namespace Consumers.Framework.Benchmarks.Topics;

/// <summary>Values of one size: orders as JSON, padded in their note.</summary>
internal static class Payloads
{
    private const int Count = 256;

    /// <param name="size">Of each, in bytes; 80 or more.</param>
    public static byte[][] Create(int size) => [.. Enumerable.Range(0, Count).Select(number => Create(number, size))];

    private static byte[] Create(int number, int size)
    {
        var order = new Order { Id = 1_000_000 + number, Customer = $"c-{number * 7919:0000000}", Amount = 19.90m + number };
        var bare = JsonSerializer.SerializeToUtf8Bytes(order, JsonSerializerOptions.Web).Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(size, bare);
        order.Note = new string('n', size - bare);
        return JsonSerializer.SerializeToUtf8Bytes(order, JsonSerializerOptions.Web);
    }
}
