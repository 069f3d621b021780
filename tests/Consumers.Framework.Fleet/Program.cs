using Consumers.Framework.Fleet.Commands;
using Consumers.Framework.Fleet.Member;

const int red = 1;
const int misused = 2;

if (args is [FleetMember.Word, .. var settings])
{
    return await FleetMember.RunAsync(settings);
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

        Options of {RunCommand.Word}:
        {FleetOptions.Usage}
        """);
    return misused;
}
catch (Exception exception) when (exception is InvalidOperationException or OperationCanceledException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return red;
}
