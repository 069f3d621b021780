using System.Runtime.InteropServices;
using Confluent.Kafka;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Tests.Interop;

public sealed unsafe class LibrdkafkaModuleTests
{
    [Fact]
    public void GetExport_Version_IsTheOneConfluentRunsWith()
    {
        var version = (delegate* unmanaged[Cdecl]<int>)LibrdkafkaModule.GetExport("rd_kafka_version");

        Assert.Equal(Library.Version, version());
    }

    [Fact]
    public void TryLoad_AfterConfluentLoaded_MapsNoSecondCopy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc/self/maps.");
        Assert.True(LibrdkafkaModule.TryLoad(out var module));
        Assert.True(LibrdkafkaModule.TryLoad(out var again));

        var mapped = File.ReadLines("/proc/self/maps")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Last())
            .Where(path => path.Contains("librdkafka", StringComparison.Ordinal))
            .Distinct();
        Assert.Single(mapped);
        Assert.Equal(module, again);
    }

    [Fact]
    public void GetExport_UnknownFunction_SaysWhichAndWhichVersion()
    {
        var thrown = Assert.Throws<EntryPointNotFoundException>(() => LibrdkafkaModule.GetExport("rd_kafka_no_such_thing"));

        Assert.Contains("rd_kafka_no_such_thing", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(Library.VersionString, thrown.Message, StringComparison.Ordinal);
        Assert.False(LibrdkafkaModule.TryGetExport("rd_kafka_no_such_thing", out _));
        Assert.True(LibrdkafkaModule.TryGetExport("rd_kafka_conf_set", out var address) && address != 0);
    }
}
