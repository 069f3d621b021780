using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;

namespace Consumers.Framework.Interop;

/// <summary>Makes the clients of Confluent.Kafka, and keeps in a trimmed application what it looks for by reflection. Safe from any thread.</summary>
internal static class ConfluentLibrary
{
    private const DynamicallyAccessedMemberTypes Methods = DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods;

    /// <summary>
    /// Loads librdkafka as the first client would. Confluent.Kafka has one class of native methods for each build of librdkafka and asks
    /// reflection for its methods by name, which a trimmer does not see: without these dependencies it removes them.
    /// </summary>
    /// <exception cref="InvalidOperationException">The native methods are not there.</exception>
    /// <exception cref="DllNotFoundException">No build of librdkafka can be loaded.</exception>
    [DynamicDependency(Methods, "Confluent.Kafka.Impl.NativeMethods.NativeMethods", "Confluent.Kafka")]
    [DynamicDependency(Methods, "Confluent.Kafka.Impl.NativeMethods.NativeMethods_Alpine", "Confluent.Kafka")]
    [DynamicDependency(Methods, "Confluent.Kafka.Impl.NativeMethods.NativeMethods_Centos8", "Confluent.Kafka")]
    public static void Load() => _ = Library.Version;

    /// <summary>Makes a consumer.</summary>
    public static IConsumer<TKey, TValue> Create<TKey, TValue>(ConsumerBuilder<TKey, TValue> builder)
    {
        Load();
        return builder.Build();
    }

    /// <summary>Makes an Admin client.</summary>
    public static IAdminClient Create(AdminClientBuilder builder)
    {
        Load();
        return builder.Build();
    }
}
