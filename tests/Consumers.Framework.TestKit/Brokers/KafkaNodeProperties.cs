using System.Globalization;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>
/// The files that a node is configured with: short group limits so that tests are quick, no automatic topics, no retention, since some
/// records say that they are years old.
/// </summary>
internal static class KafkaNodeProperties
{
    public const string Logging = """
        appender.console.type=Console
        appender.console.name=Console
        appender.console.layout.type=PatternLayout
        appender.console.layout.pattern=%d %p %c{1}: %m%n
        rootLogger.level=WARN
        rootLogger.appenderRef.console.ref=Console
        logger.group.name=org.apache.kafka.coordinator.group
        logger.group.level=INFO
        """;

    /// <param name="directory">The node's folder.</param>
    /// <param name="port">Where clients connect.</param>
    /// <param name="controllerPort">Where the controller listens.</param>
    /// <param name="proxiedPort">Where a proxy connects.</param>
    /// <param name="proxyPort">What clients that come through the proxy are told to connect to.</param>
    public static string Server(string directory, int port, int controllerPort, int proxiedPort, int proxyPort) => string.Create(CultureInfo.InvariantCulture, $"""
        process.roles=broker,controller
        node.id=1
        listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controllerPort},PROXIED://127.0.0.1:{proxiedPort}
        advertised.listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxyPort}
        inter.broker.listener.name=PLAINTEXT
        controller.listener.names=CONTROLLER
        controller.quorum.voters=1@127.0.0.1:{controllerPort}
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT
        log.dirs={directory}/data
        num.partitions=1
        default.replication.factor=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=500
        group.consumer.min.session.timeout.ms=500
        group.consumer.min.heartbeat.interval.ms=100
        group.consumer.heartbeat.interval.ms=500
        log.cleaner.dedupe.buffer.size=8388608
        log.cleaner.backoff.ms=200
        auto.create.topics.enable=false
        log.retention.ms=-1
        """);
}
