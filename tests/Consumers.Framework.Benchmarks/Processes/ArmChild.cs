using System.Text.Json;
using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Processes;

/// <summary>The other side of <see cref="ArmProcess"/>: reads what to do, does it, writes the figures as the last line.</summary>
internal static class ArmChild
{
    private const int Failed = 1;

    public static async Task<int> RunAsync()
    {
        var request = JsonSerializer.Deserialize<ArmRequest>(await Console.In.ReadLineAsync() ?? throw new InvalidOperationException("No request came."))!;
        EndWithTheParent();
        try
        {
            var figures = await request.Work.RunAsync(request.Target);
            Console.Out.WriteLine(JsonSerializer.Serialize(figures, figures.GetType()));
            return 0;
        }
        catch (ArmFailedException exception)
        {
            Console.Out.WriteLine(exception.Message);
            return Failed;
        }
    }

    /// <summary>Called by the work, once.</summary>
    public static void SayReady() => Console.Out.WriteLine(ArmProcess.Ready);

    private static void EndWithTheParent() => new Thread(static () =>
    {
        while (Console.In.ReadLine() is not null)
        {
        }

        Environment.Exit(Failed);
    })
    { IsBackground = true, Name = "parent watch" }.Start();
}
