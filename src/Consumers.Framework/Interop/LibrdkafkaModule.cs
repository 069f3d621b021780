using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Consumers.Framework.Interop;

/// <summary>
/// The librdkafka module that Confluent.Kafka has loaded, for calls that its managed API lacks. Safe from any thread.
/// </summary>
internal static class LibrdkafkaModule
{
    private static readonly Lazy<nint> Module = new(Find);

    /// <summary>Finds the module; false where this platform has none that loads.</summary>
    public static bool TryLoad(out nint module)
    {
        module = Module.Value;
        return module != 0;
    }

    /// <summary>The address of an exported function.</summary>
    /// <exception cref="DllNotFoundException">No librdkafka module can be loaded.</exception>
    /// <exception cref="EntryPointNotFoundException">The module has no such function.</exception>
    public static nint GetExport(string name)
    {
        if (!TryLoad(out var module))
        {
            throw new DllNotFoundException(
                $"No librdkafka module could be loaded on {RuntimeInformation.RuntimeIdentifier}, so '{name}' cannot be called. " +
                "Reference the librdkafka.redist package of Confluent.Kafka in the application, or build for a platform that it serves.");
        }

        return NativeLibrary.TryGetExport(module, name, out var address)
            ? address
            : throw new EntryPointNotFoundException(
                $"The loaded librdkafka ({Library.VersionString}) has no function '{name}'. " +
                "Use the librdkafka.redist version that Confluent.Kafka asks for.");
    }

    /// <summary>The address of an exported function; false where the module or the function is missing.</summary>
    public static bool TryGetExport(string name, out nint address)
    {
        address = 0;
        return TryLoad(out var module) && NativeLibrary.TryGetExport(module, name, out address);
    }

    private static nint Find()
    {
        try
        {
            // Confluent chooses among the builds of librdkafka at its first call. It goes first, and the search below repeats its order
            // with its assembly's probing paths: the same file is then the same module, never a second copy with state of its own.
            ConfluentLibrary.Load();
        }
        catch (Exception e) when (e is DllNotFoundException or InvalidOperationException or IOException or TypeInitializationException)
        {
            return 0;
        }

        string[] names = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
            ? ["alpine-librdkafka", "librdkafka"]
            : ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(Library).Assembly, searchPath: null, out var module))
            {
                return module;
            }
        }

        return 0;
    }
}
