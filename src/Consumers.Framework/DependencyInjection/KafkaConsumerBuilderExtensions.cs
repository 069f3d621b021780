using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Confluent.Kafka;
using Consumers.Framework;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.DependencyInjection;
using Consumers.Framework.Handling;
using Consumers.Framework.Listeners;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What a consumer can be given beside its options.</summary>
public static class KafkaConsumerBuilderExtensions
{
    /// <summary>
    /// Adds a handler for the records whose message type is named like its message class. Records that name no type, or one that nobody
    /// handles, fail for good.
    /// </summary>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">Another handler has that message type already.</exception>
    public static IKafkaConsumerBuilder Handle<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IKafkaConsumerBuilder builder)
        where THandler : class, IKafkaHandler
    {
        var binding = THandler.Bind<THandler>();
        KafkaConsumerBuilder.Of(builder).Handlers.Add(binding.MessageType.Name, binding, builder.Services);
        return builder;
    }

    /// <summary>Adds a handler for the records of a message type.</summary>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <param name="messageType">What the header (<see cref="RoutingOptions.Header"/>) or the resolver calls it.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">Another handler has that message type already.</exception>
    public static IKafkaConsumerBuilder Handle<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IKafkaConsumerBuilder builder, string messageType)
        where THandler : class, IKafkaHandler
    {
        ArgumentException.ThrowIfNullOrEmpty(messageType);
        KafkaConsumerBuilder.Of(builder).Handlers.Add(messageType, THandler.Bind<THandler>(), builder.Services);
        return builder;
    }

    /// <summary>Names a record's message type by code instead of by the header alone. Called again, the last resolver counts.</summary>
    /// <param name="builder">The consumer.</param>
    /// <param name="resolver">Returns the message type; null leaves it to the header. Called on handler threads, several at a time.</param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder RouteBy(this IKafkaConsumerBuilder builder, Func<ConsumeContext, string?> resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        KafkaConsumerBuilder.Of(builder).Handlers.Resolver = resolver;
        return builder;
    }

    /// <summary>
    /// Adds a listener that is told when partitions come and go. Several are called one after another, in the order of registration. A
    /// handler that implements the interface is called only when it is registered here too; registered as a singleton, it is one object.
    /// </summary>
    /// <typeparam name="TListener">The listener. Scoped (one scope for each call) unless it is registered otherwise.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder UseRebalanceListener<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TListener>(this IKafkaConsumerBuilder builder)
        where TListener : class, IKafkaRebalanceListener
    {
        KafkaConsumerBuilder.Of(builder).Handlers.RebalanceListeners.Add(ListenerRegistration.Of<TListener>());
        builder.Services.TryAddScoped<TListener>();
        return builder;
    }

    /// <summary>
    /// Adds a listener that is told when a worker has caught up, and when nothing comes any more (<c>IdleAfter</c>). Several are called one
    /// after another, in the order of registration.
    /// </summary>
    /// <typeparam name="TListener">The listener. Scoped (one scope for each call) unless it is registered otherwise.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder UseProgressListener<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TListener>(this IKafkaConsumerBuilder builder)
        where TListener : class, IKafkaProgressListener
    {
        KafkaConsumerBuilder.Of(builder).Handlers.ProgressListeners.Add(ListenerRegistration.Of<TListener>());
        builder.Services.TryAddScoped<TListener>();
        return builder;
    }

    /// <summary>Changes the consumer's options in code, after configuration is bound.</summary>
    /// <param name="builder">The consumer.</param>
    /// <param name="configure">The change.</param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder Configure(this IKafkaConsumerBuilder builder, Action<KafkaConsumerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    /// <summary>
    /// Gives the consumer's clients their tokens for SASL/OAUTHBEARER: those of a managed identity, of MSK IAM, of an identity provider that the
    /// client's own <c>sasl.oauthbearer.method=oidc</c> does not know. Called again, the last callback counts.
    /// </summary>
    /// <remarks>
    /// <c>Client:sasl.mechanisms</c> has to be <c>OAUTHBEARER</c>; <c>sasl.oauthbearer.method=oidc</c> excludes it. Both are checked before start.
    /// Each client asks when it is made and again when four fifths of a token's time have passed: one client for each worker, and one for the
    /// host that looks at topics. A failure is logged, shown in health, and tried again after 1 s, doubled up to 10 s.
    /// </remarks>
    /// <param name="builder">The consumer.</param>
    /// <param name="acquire">
    /// Called on the thread pool, for several clients at a time; it gets the host's services (not those of a scope) and a token that is
    /// cancelled after a minute, and when the client is closed.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="acquire"/> is null.</exception>
    public static IKafkaConsumerBuilder UseOAuthBearerToken(
        this IKafkaConsumerBuilder builder, Func<IServiceProvider, CancellationToken, ValueTask<OAuthBearerToken>> acquire)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(acquire);
        builder.Services.AddSingleton(services => new OAuthBearerTokenSource(builder.Name, cancellation => acquire(services, cancellation)));
        return builder;
    }

    /// <summary>Decodes JSON by a source-generated context.</summary>
    /// <param name="builder">The consumer.</param>
    /// <param name="context">Lists the message types.</param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder UseJson(this IKafkaConsumerBuilder builder, JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return builder.UseJson(context.Options);
    }

    /// <summary>Decodes JSON with these options; without it, the web defaults are used.</summary>
    /// <param name="builder">The consumer.</param>
    /// <param name="options">The options.</param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder UseJson(this IKafkaConsumerBuilder builder, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        KafkaConsumerBuilder.Of(builder).Handlers.Decoders.UseJson(_ => options);
        return builder;
    }

    /// <summary>Decodes values of a type with a deserializer of Confluent.Kafka's interface.</summary>
    /// <typeparam name="TMessage">The message type.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <param name="deserializer">
    /// Called on handler threads, several at a time. What it throws makes the record poison, unless it tells of the network, of time or of a
    /// cancellation, or is a <see cref="TransientFailureException"/>: then the record is tried again.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder UseDeserializer<TMessage>(this IKafkaConsumerBuilder builder, IDeserializer<TMessage> deserializer)
    {
        ArgumentNullException.ThrowIfNull(deserializer);
        KafkaConsumerBuilder.Of(builder).Handlers.Decoders.AddValue(_ => new DeserializerDecoder<TMessage>(deserializer));
        return builder;
    }

    /// <summary>Decodes values of a type with an asynchronous deserializer (a schema registry's), which is awaited in the record's lane.</summary>
    /// <typeparam name="TMessage">The message type.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <param name="deserializer">
    /// Called on handler threads, several at a time. What it throws makes the record poison, unless it tells of the network, of time or of a
    /// cancellation, or is a <see cref="TransientFailureException"/>: then the record is tried again.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder UseDeserializer<TMessage>(this IKafkaConsumerBuilder builder, IAsyncDeserializer<TMessage> deserializer)
    {
        ArgumentNullException.ThrowIfNull(deserializer);
        KafkaConsumerBuilder.Of(builder).Handlers.Decoders.AddValue(_ => new AsyncDeserializerDecoder<TMessage>(deserializer));
        return builder;
    }

    /// <summary>Decodes keys of a type, for <see cref="ConsumeContext.GetKey{TKey}"/>.</summary>
    /// <typeparam name="TKey">The key type.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <param name="deserializer">
    /// Called on handler threads, several at a time. What it throws makes the record poison, unless it tells of the network, of time or of a
    /// cancellation, or is a <see cref="TransientFailureException"/>: then the record is tried again.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IKafkaConsumerBuilder UseKeyDeserializer<TKey>(this IKafkaConsumerBuilder builder, IDeserializer<TKey> deserializer)
    {
        ArgumentNullException.ThrowIfNull(deserializer);
        KafkaConsumerBuilder.Of(builder).Handlers.Decoders.AddKey(_ => new DeserializerDecoder<TKey>(deserializer));
        return builder;
    }
}
