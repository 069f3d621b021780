using System.Runtime.InteropServices;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Clients;

/// <summary>
/// Finds at start that no client can be made at all, or that <c>Polling:Source</c> is Native where the client cannot do it: the workers would
/// fail one restart after the other.
/// </summary>
internal sealed class ClientLibraryCheck(ClientLibraryLoader load, NativeClientOpener open) : IRegistrationCheck
{
    public void Run(ConsumerCheck check)
    {
        if (Loads(check) && check.Options.Polling.Source == PollingSource.Native)
        {
            CheckNativeSource(check);
        }
    }

    private bool Loads(ConsumerCheck check)
    {
        try
        {
            load();
            return true;
        }
        catch (InvalidOperationException exception)
        {
            // The exception alone says nothing to whoever meets it: "Sequence contains no matching element".
            check.FailHost(
                "Confluent.Kafka", $"its native methods were trimmed away, so that no client can be made ({ExceptionText.MessageOf(exception).TrimEnd('.')})",
                "use the version of Confluent.Kafka that Consumers.Framework asks for, or add <TrimmerRootAssembly Include=\"Confluent.Kafka\" /> to the project that is published");
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or IOException or TypeInitializationException)
        {
            check.FailHost(
                "librdkafka", $"cannot be loaded, so that no client can be made ({ExceptionText.MessageOf(exception).TrimEnd('.')})",
                $"see to it that the native library of the package librdkafka.redist for {RuntimeInformation.RuntimeIdentifier} lies beside the program");
        }

        return false;
    }

    private void CheckNativeSource(ConsumerCheck check)
    {
        // What the client can do shows on a client only; this one knows no broker.
        using var client = ConfluentLibrary.Create(new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { GroupId = "none" }).SetLogHandler(static (_, _) => { }));
        using var native = open(client, out var missing);
        if (native is null)
        {
            check.Fail("Polling:Source", $"this build of the client cannot do it: {missing?.TrimEnd('.')}", "set it to Auto, which reads record by record then, or use another build of the client");
        }
    }
}
