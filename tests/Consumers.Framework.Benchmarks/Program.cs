using Consumers.Framework.Benchmarks.Commands;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Benchmarks.Micro;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;

const int failed = 1;
const int misused = 2;

if (args is [ArmProcess.Word])
{
    return await ArmChild.RunAsync();
}

IBenchmarkCommand[] measurements =
    [new ThroughputCommand(), new SweepCommand(), new PerRecordCommand(), new CommitDelayCommand(), new LatencyCommand(), new IdleCommand(), new CeilingCommand(), new FetchCommand()];
IBenchmarkCommand[] commands = [.. measurements, new AllCommand(measurements)];
try
{
#if DEBUG
    throw new FormatException("This is a debug build; its figures mean nothing. Run it with -c Release.");
#else
    if (args is [MicroBenchmarks.Word, .. var rest])
    {
        MicroBenchmarks.Run(rest);
        return 0;
    }

    var command = commands.FirstOrDefault(command => args is [var word, ..] && word == command.Name)
        ?? throw new FormatException(args is [var other, ..] ? $"{other} is no command." : "Name a command.");
    var options = BenchmarkOptions.Parse(args.AsSpan(1));
    await using var brokers = new BrokerSet();
    var sections = new List<ReportSection>();
    try
    {
        await foreach (var section in command.RunAsync(options, brokers))
        {
            sections.Add(section);
        }
    }
    finally
    {
        // What was measured before an arm failed is worth reading, and no more.
        var report = new Report(RunInformation.Collect(args, brokers.Descriptions), sections);
        ReportWriter.Print(report);
        ReportWriter.Save(report, options.Json ?? Path.Combine(PerformancePage.ArtifactsFolder(), $"{command.Name}.json"));
    }

    if (options.UpdateDocs)
    {
        PerformancePage.Update(new Report(RunInformation.Collect(args, brokers.Descriptions), sections));
    }

    return 0;
#endif
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"{exception.Message}\n\nCommands:");
    foreach (var command in commands)
    {
        Console.Error.WriteLine($"{command.Name,-12} {command.Summary}");
    }

    Console.Error.WriteLine($"{MicroBenchmarks.Word,-12} the parts that need no broker; BenchmarkDotNet's options follow\n\nOptions:\n{BenchmarkOptions.Usage}");
    return misused;
}
catch (Exception exception) when (exception is ArmFailedException or InvalidOperationException)
{
    Console.Error.WriteLine(exception.Message);
    return failed;
}
