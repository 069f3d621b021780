namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>A memory allocator that takes the place of the C library's in a process that loads it first. Linux.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Library">Its file.</param>
internal sealed record Allocator(string Name, string Library)
{
    private const string Preload = "LD_PRELOAD";

    /// <summary>Where distributions put libraries.</summary>
    private static readonly string[] Folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];

    private static readonly (string Name, string File)[] Known = [("jemalloc", "libjemalloc.so.2"), ("mimalloc", "libmimalloc.so.2*")];

    /// <summary>The environment of a process that uses it.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { [Preload] = Library };

    /// <summary>Those that are installed (Debian: libjemalloc2, libmimalloc2.0).</summary>
    public static IEnumerable<Allocator> Installed() =>
        from known in Known
        let library = Folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, known.File)).FirstOrDefault()
        where library is not null
        select new Allocator(known.Name, library);
}
