using System.Globalization;
using Confluent.Kafka;

namespace Consumers.Framework.Leases;

/// <summary>Ends a worker in one of whose lanes the framework itself has failed, so that its records are received and handled again.</summary>
internal sealed class LaneBrokenException(TopicPartition topicPartition, string fault) : Exception(string.Create(
    CultureInfo.InvariantCulture, $"the framework has failed at a record of {topicPartition.Topic}[{topicPartition.Partition.Value}]: {fault}"));
