using System.Globalization;
using System.Runtime.InteropServices;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>What the process holds at one moment, in bytes.</summary>
/// <param name="Resident">Resident memory.</param>
/// <param name="Native">What native code has allocated and not freed (glibc's own account, all threads); unlike resident memory it does not hide in free lists.</param>
/// <param name="Managed">Live objects.</param>
internal readonly partial record struct ProcessMemory(long Resident, long Native, long Managed)
{
    /// <summary>Whether it can be measured here.</summary>
    public static bool IsMeasurable => OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallinfo2", out _);

    public static ProcessMemory Read()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var status = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = long.Parse(status.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        var malloc = MallInfo();
        return new ProcessMemory(kilobytes * 1024, (long)(malloc.InUse + malloc.Mapped), GC.GetTotalMemory(forceFullCollection: true));
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallocFigures MallInfo();

    [StructLayout(LayoutKind.Sequential)]
    private struct MallocFigures
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint MappedRegions;
        public nuint Mapped;
        public nuint Unused;
        public nuint FastFree;
        public nuint InUse;
        public nuint Free;
        public nuint TopReleasable;
    }
}
