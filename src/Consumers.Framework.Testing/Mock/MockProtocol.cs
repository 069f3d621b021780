using System.Globalization;
using System.Text;

namespace Consumers.Framework.Testing.Mock;

/// <summary>
/// The lines between the parent and the process of a mock cluster: words separated by tabs, each escaped. An answer is <c>ok</c> or
/// <c>error</c> and one word. Stateless.
/// </summary>
internal static class MockProtocol
{
    private const string Ok = "ok\t";
    private const string Failed = "error\t";

    public static string Line(MockCommand command, ReadOnlySpan<object> arguments)
    {
        var line = new StringBuilder(command.ToString());
        foreach (var argument in arguments)
        {
            line.Append('\t').Append(Uri.EscapeDataString(Convert.ToString(argument, CultureInfo.InvariantCulture)!));
        }

        return line.ToString();
    }

    public static (MockCommand Command, string[] Arguments) ParseLine(string line)
    {
        var words = line.Split('\t');
        return (Enum.Parse<MockCommand>(words[0]), [.. words.Skip(1).Select(Uri.UnescapeDataString)]);
    }

    public static string Answer(string result) => Ok + result;

    public static string Failure(Exception exception) => Failed + Uri.EscapeDataString(exception.Message);

    public static string Result(string answer) => answer switch
    {
        _ when answer.StartsWith(Ok, StringComparison.Ordinal) => answer[Ok.Length..],
        _ when answer.StartsWith(Failed, StringComparison.Ordinal) => throw new EmbeddedKafkaException(Uri.UnescapeDataString(answer[Failed.Length..])),
        _ => throw new EmbeddedKafkaException($"The process of the embedded broker answered '{answer}'."),
    };

    public static string FormatRequests(IEnumerable<KafkaRequest> requests) => string.Join(
        ';',
        requests.Select(request => string.Create(CultureInfo.InvariantCulture, $"{request.Broker},{(short)request.Api},{request.Time.Ticks}")));

    public static IReadOnlyList<KafkaRequest> ParseRequests(string text) => text.Length == 0
        ? []
        : [.. text.Split(';').Select(item => item.Split(',')).Select(field => new KafkaRequest(
            int.Parse(field[0], CultureInfo.InvariantCulture),
            (KafkaApi)short.Parse(field[1], CultureInfo.InvariantCulture),
            TimeSpan.FromTicks(long.Parse(field[2], CultureInfo.InvariantCulture))))];
}
