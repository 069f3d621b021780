namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>Finds the samples' built programs: samples and tests have the same layout of output folders.</summary>
internal static class SampleProgram
{
    public static string Find(string sample)
    {
        // tests/{project}/bin/{configuration}/{framework}/
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var root = framework.Parent!.Parent!.Parent!.Parent!.Parent!;
        var program = Path.Combine(root.FullName, "samples", sample, "bin", framework.Parent.Name, framework.Name, $"{sample}.dll");
        Assert.True(File.Exists(program), $"{sample} is not built: {program} is missing.");
        return program;
    }
}
