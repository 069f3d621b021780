using Consumers.Framework.Fleet.Backlog;
using Consumers.Framework.Fleet.Commands;
using Consumers.Framework.Fleet.Member;

const int red = 1;
const int misused = 2;

if (args is [FleetMember.Word, .. var settings])
{
    return await FleetMember.RunAsync(settings);
}

if (args is [BacklogMember.Word, .. var ofBacklog])
{
    return await BacklogMember.RunAsync(ofBacklog);
}

try
{
    // The broker and the members end with their owners, not in the middle of them.
    using var cancellation = new CancellationTokenSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        cancellation.Cancel();
    };
    if (args is [BacklogCommand.Word, ..])
    {
        return await BacklogCommand.RunAsync(BacklogOptions.Parse(args.AsSpan(1)), Console.Out, cancellation.Token) ? 0 : red;
    }

    var verdicts = args switch
    {
        [RunCommand.Word, ..] => await RunCommand.RunAsync(FleetOptions.Parse(args.AsSpan(1)), Console.Out, cancellation.Token),
        [CheckCommand.Word, _, ..] => CheckCommand.Run(args[1..], Console.Out),
        _ => throw new FormatException("Name a command."),
    };
    return verdicts.All(static verdict => verdict.IsGreen) ? 0 : red;
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"""
        {exception.Message}

        {RunCommand.Word}                  run the matrix and judge it
        {CheckCommand.Word} FOLDER...      judge runs that were kept
        {BacklogCommand.Word}              measure what stays with its owner beside a backlog

        Options of {RunCommand.Word}:
        {FleetOptions.Usage}

        Options of {BacklogCommand.Word}:
        {BacklogOptions.Usage}
        """);
    return misused;
}
catch (Exception exception) when (exception is InvalidOperationException or OperationCanceledException or IOException or TimeoutException)
{
    Console.Error.WriteLine(exception.Message);
    return red;
}
