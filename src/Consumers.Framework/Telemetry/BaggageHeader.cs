using System.Buffers;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.Telemetry;

/// <summary>The producer's baggage, from a record's headers (W3C Baggage). Bounded; what is malformed is left out. Stateless; any thread.</summary>
internal static class BaggageHeader
{
    private const string Name = "baggage";
    private const int MaxBytes = 8192;
    private const int MaxMembers = 180;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Printable ASCII without space, quote, comma, semicolon and backslash.</summary>
    private static readonly SearchValues<char> ValueCharacters =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x20).Select(static code => (char)code).Where(static one => one is not ('"' or ',' or ';' or '\\'))]);

    /// <summary>Gives a span the members of the header, in its order. Of headers with that name the last counts.</summary>
    public static void CopyTo(Activity activity, Headers? headers)
    {
        if (headers is null || !headers.TryGetLastBytes(Name, out var bytes) || bytes is null || bytes.Length > MaxBytes)
        {
            return;
        }

        // One character for each byte, so that what is not ASCII is seen.
        var text = Encoding.Latin1.GetString(bytes).AsSpan();
        var members = new List<(string Key, string Value)>();
        foreach (var range in text.Split(','))
        {
            if (members.Count < MaxMembers && Member(text[range]) is { } member)
            {
                members.Add(member);
            }
        }

        // An activity puts what is added last in front.
        for (var index = members.Count - 1; index >= 0; index--)
        {
            activity.AddBaggage(members[index].Key, members[index].Value);
        }
    }

    private static (string Key, string Value)? Member(ReadOnlySpan<char> text)
    {
        // What follows a semicolon describes the member; an activity has no place for it.
        var properties = text.IndexOf(';');
        var member = properties < 0 ? text : text[..properties];
        var equals = member.IndexOf('=');
        if (equals < 0)
        {
            return null;
        }

        var key = member[..equals].Trim(" \t");
        var value = member[(equals + 1)..].Trim(" \t");
        return key.IsEmpty || key.ContainsAnyExcept(KeyCharacters) || value.ContainsAnyExcept(ValueCharacters)
            ? null
            : (key.ToString(), Uri.UnescapeDataString(value));
    }
}
