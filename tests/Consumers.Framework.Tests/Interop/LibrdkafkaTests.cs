using Consumers.Framework.Interop;

namespace Consumers.Framework.Tests.Interop;

public sealed class LibrdkafkaTests
{
    [Fact]
    public void Instance_OfTheClientThatIsReferenced_HasEveryFunction()
    {
        Assert.NotNull(Librdkafka.Instance);
        Assert.Null(Librdkafka.Missing);
    }

    [Fact]
    public void Load_AnyOneFunctionIsMissing_IsNullAndSaysWhich()
    {
        var names = new List<string>();
        Assert.NotNull(Librdkafka.Load(
            name =>
            {
                names.Add(name);
                return LibrdkafkaModule.GetExport(name);
            },
            out _));
        Assert.Contains("rd_kafka_consume_batch_queue", names);

        foreach (var gone in names)
        {
            // What a module says that lacks it: the name, here made unfindable.
            var library = Librdkafka.Load(name => LibrdkafkaModule.GetExport(name == gone ? gone + "_gone" : name), out var missing);

            Assert.Null(library);
            Assert.Contains(gone + "_gone", missing, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Load_NoModule_IsNullAndSaysSo()
    {
        var library = Librdkafka.Load(static _ => throw new DllNotFoundException("no module"), out var missing);

        Assert.Null(library);
        Assert.Equal("no module", missing);
    }
}
