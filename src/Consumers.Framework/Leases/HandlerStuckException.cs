using System.Globalization;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Leases;

/// <summary>Ends a worker whose handler does not return, so that it starts again with a new client and a new handler thread.</summary>
internal sealed class HandlerStuckException(OverdueRecord record) : Exception(string.Create(
    CultureInfo.InvariantCulture,
    $"the handler of {record.TopicPartition.Topic}[{record.TopicPartition.Partition.Value}] offset {record.Offset} has not returned for {record.Age} although it was cancelled"));
