using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Polling;

/// <summary>Finds at start that <c>Polling:Source</c> is Native where the client cannot do it: the workers would fail one restart after the other.</summary>
internal sealed class NativeSourceCheck(NativeClientOpener open) : IRegistrationCheck
{
    public void Run(ConsumerCheck check)
    {
        if (check.Options.Polling.Source != PollingSource.Native)
        {
            return;
        }

        // What the client can do shows on a client only; this one knows no broker.
        using var client = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { GroupId = "none" }).SetLogHandler(static (_, _) => { }).Build();
        using var native = open(client, out var missing);
        if (native is null)
        {
            check.Fail("Polling:Source", $"this build of the client cannot do it: {missing?.TrimEnd('.')}", "set it to Auto, which reads record by record then, or use another build of the client");
        }
    }
}
