using Confluent.Kafka;
using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Records;

public sealed class EmptyHeadersTests
{
    [Fact]
    public void Shared_NobodyAdded_IsOneObject() => Assert.Same(EmptyHeaders.Shared, EmptyHeaders.Shared);

    [Fact]
    public void Shared_SomebodyAdded_IsEmptyForEverybodyElse()
    {
        var written = EmptyHeaders.Shared;
        written.Add(new Header("mine", []));
        Assert.Empty(EmptyHeaders.Shared);
        Assert.NotSame(written, EmptyHeaders.Shared);
    }
}
