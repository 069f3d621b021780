using Consumers.Framework.Published;
using Microsoft.Extensions.Options;

// Goes through the framework once, as a published program: see docs/aot.md. The last line says how it went, and so does the exit code.
using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
await using var broker = new OrdersBroker(args);
try
{
    var run = new PublishedRun(broker, withJson: !args.Contains("--without-json"));
    Console.WriteLine(await run.RunAsync(limit.Token));
    return 0;
}
catch (OptionsValidationException exception)
{
    Console.WriteLine($"refused: {exception.Message}");
    return 2;
}
catch (Exception exception)
{
    Console.WriteLine($"failed: {exception}");
    return 1;
}
