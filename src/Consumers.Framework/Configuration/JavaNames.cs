namespace Consumers.Framework.Configuration;

/// <summary>
/// What people paste from Java clients and their documentation, with what does it here. Keys that the two clients share and that no
/// option sets (<c>retry.backoff.ms</c>, <c>client.rack</c>) are not here: they work. Immutable, read from any thread.
/// </summary>
internal static class JavaNames
{
    private static readonly ClientKeyAnswer[] Table =
    [
        new("key.deserializer", "is a Java class name; types are chosen in code here",
            "remove it; the handler's type argument and the registration choose the deserializer"),
        new("value.deserializer", "is a Java class name; types are chosen in code here",
            "remove it; the handler's type argument and the registration choose the deserializer"),
        new("key.serializer", "is a producer's Java class name", "remove it"),
        new("value.serializer", "is a producer's Java class name", "remove it"),
        new("fetch.max.wait.ms", "is the Java name of fetch.wait.max.ms, which an option sets", "use FetchMaxWait"),
        new("max.poll.records", "is not used by this client", "use MaxPollRecords"),
        new("request.timeout.ms", "is the Java name of socket.timeout.ms, which an option sets", "use RequestTimeout"),
        new("default.api.timeout.ms", "does not exist in librdkafka: each call has a timeout of its own",
            "use RequestTimeout for requests, Commit:FinalTimeout for the last commit"),
        new("metadata.max.age.ms", "means something else in librdkafka (when cached metadata expires, not when it is fetched again)",
            "use the client key topic.metadata.refresh.interval.ms"),
        new("interceptor.classes", "is a list of Java classes",
            "remove it; traces and metrics come from the ActivitySource and Meter Consumers.Framework"),
        new("metric.reporters", "is a list of Java classes", "remove it; metrics come from the Meter Consumers.Framework"),
        new("metrics.num.samples", "does not exist in librdkafka", "remove it; metrics come from the Meter Consumers.Framework"),
        new("metrics.recording.level", "does not exist in librdkafka", "remove it; metrics come from the Meter Consumers.Framework"),
        new("metrics.sample.window.ms", "does not exist in librdkafka", "remove it; metrics come from the Meter Consumers.Framework"),
        new("auto.include.jmx.reporter", "is for the Java virtual machine", "remove it; metrics come from the Meter Consumers.Framework"),
        new("exclude.internal.topics", "does not exist in librdkafka", "use InternalTopics (Exclude or Include)"),
        new("leave.group.on.close", "does not exist in librdkafka",
            "remove it; a static member (GroupInstanceId) stays in its group when it stops"),
        new("internal.leave.group.on.close", "does not exist in librdkafka",
            "remove it; a static member (GroupInstanceId) stays in its group when it stops"),
        new("send.buffer.bytes", "is the Java name of socket.send.buffer.bytes", "use the client key socket.send.buffer.bytes"),
        new("receive.buffer.bytes", "is the Java name of socket.receive.buffer.bytes", "use the client key socket.receive.buffer.bytes"),
        new("socket.connection.setup.timeout.max.ms", "does not exist in librdkafka",
            "use the client key socket.connection.setup.timeout.ms"),
        new("reconnect.backoff.multiplier", "does not exist in librdkafka: the delay doubles",
            "use the client keys reconnect.backoff.ms and reconnect.backoff.max.ms"),
        new("retry.backoff.multiplier", "does not exist in librdkafka: the delay doubles",
            "use the client keys retry.backoff.ms and retry.backoff.max.ms"),
        new("ssl.truststore.location", "is a Java trust store, which librdkafka cannot read",
            "use the client key ssl.ca.location with a PEM file"),
        new("ssl.truststore.password", "is for a Java trust store, which librdkafka cannot read",
            "use the client key ssl.ca.location with a PEM file, which needs no password"),
        new("ssl.truststore.type", "is for a Java trust store, which librdkafka cannot read",
            "use the client key ssl.ca.location with a PEM file"),
        new("ssl.truststore.certificates", "is the Java name of ssl.ca.pem", "use the client key ssl.ca.pem"),
        new("ssl.keystore.type", "does not exist in librdkafka: a key store is always PKCS#12",
            "use the client keys ssl.keystore.location (a .p12 file) and ssl.keystore.password, "
            + "or ssl.certificate.location and ssl.key.location (PEM)"),
        new("ssl.keystore.key", "is the Java name of ssl.key.pem", "use the client key ssl.key.pem"),
        new("ssl.keystore.certificate.chain", "is the Java name of ssl.certificate.pem", "use the client key ssl.certificate.pem"),
        new("ssl.protocol", "does not exist in librdkafka: OpenSSL negotiates", "remove it"),
        new("ssl.enabled.protocols", "does not exist in librdkafka: OpenSSL negotiates", "remove it"),
        new("ssl.provider", "is a Java security provider", "remove it, or use the client key ssl.providers for OpenSSL's"),
        new("ssl.engine.factory.class", "is a Java class name", "remove it"),
        new("ssl.keymanager.algorithm", "does not exist in librdkafka", "remove it"),
        new("ssl.trustmanager.algorithm", "does not exist in librdkafka", "remove it"),
        new("ssl.secure.random.implementation", "does not exist in librdkafka", "remove it"),
        new("security.providers", "is a list of Java classes", "remove it"),
        new("sasl.jaas.config", "is Java login configuration, which librdkafka cannot read",
            "use the client keys sasl.mechanisms, sasl.username and sasl.password"),
        new("sasl.login.callback.handler.class", "is a Java class name",
            "use the client keys sasl.oauthbearer.method (oidc), sasl.oauthbearer.client.id, sasl.oauthbearer.client.secret "
            + "and sasl.oauthbearer.token.endpoint.url"),
        new("sasl.client.callback.handler.class", "is a Java class name",
            "use the client keys sasl.mechanisms, sasl.username and sasl.password"),
        new("sasl.login.class", "is a Java class name", "remove it"),
        new("sasl.kerberos.ticket.renew.window.factor", "does not exist in librdkafka",
            "use the client key sasl.kerberos.min.time.before.relogin"),
        new("buffer.memory", "is a producer's setting", "remove it"),
        new("max.block.ms", "is a producer's setting", "remove it"),
        new("max.request.size", "is a producer's setting", "remove it"),
        new("partitioner.class", "is a producer's Java class name", "remove it"),
        new("spring.json.trusted.packages", "is Spring's", "remove it; the handler's type argument chooses the type"),
        new("specific.avro.reader", "is a Java deserializer's", "remove it; give it to the deserializer in code"),
        new("schema.registry.url", "is a deserializer's, not the client's", "give it to the schema registry client in code"),
    ];

    private static readonly Dictionary<string, ClientKeyAnswer> ByKey =
        Table.ToDictionary(answer => answer.Key, StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<ClientKeyAnswer> All => Table;

    public static ClientKeyAnswer? Find(string key) => ByKey.GetValueOrDefault(key);
}
