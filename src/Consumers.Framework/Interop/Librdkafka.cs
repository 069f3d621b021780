namespace Consumers.Framework.Interop;

/// <summary>
/// The public functions of librdkafka that Confluent.Kafka does not offer, in the module that it has loaded. Immutable; any thread may
/// call those that the client lets any thread call.
/// </summary>
internal sealed unsafe class Librdkafka
{
    private static readonly Lazy<(Librdkafka? Library, string? Missing)> Loaded = new(static () => (Load(LibrdkafkaModule.GetExport, out var missing), missing));

    public readonly delegate* unmanaged[Cdecl]<nint, int, NativeMessage**, nuint, nint> ConsumeBatchQueue;
    public readonly delegate* unmanaged[Cdecl]<NativeMessage*, void> MessageDestroy;
    public readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<NativeMessage*, int> MessageLeaderEpoch;
    public readonly delegate* unmanaged[Cdecl]<NativeMessage*, int*, long> MessageTimestamp;
    public readonly delegate* unmanaged[Cdecl]<NativeMessage*, nint*, int> MessageHeaders;
    public readonly delegate* unmanaged[Cdecl]<NativeMessage*, nint> MessageErrorText;
    public readonly delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint*, nuint*, int> HeaderGetAll;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> TopicName;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, nuint, int> FatalError;
    public readonly delegate* unmanaged[Cdecl]<nint, int> ConsumerClose;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> GroupMetadata;
    public readonly delegate* unmanaged[Cdecl]<nint, int> GroupMetadataGeneration;
    public readonly delegate* unmanaged[Cdecl]<nint, void> GroupMetadataDestroy;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> QueueGetConsumer;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, int, nint> QueueGetPartition;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, void> QueueForward;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> QueueNew;
    public readonly delegate* unmanaged[Cdecl]<nint, void> QueueDestroy;
    public readonly delegate* unmanaged[Cdecl]<nint, void> QueueYield;
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint> QueuePoll;
    public readonly delegate* unmanaged[Cdecl]<nint, int> EventError;
    public readonly delegate* unmanaged[Cdecl]<nint, NativePartitionList*> EventPartitions;
    public readonly delegate* unmanaged[Cdecl]<nint, void> EventDestroy;
    public readonly delegate* unmanaged[Cdecl]<nint, NativePartitionList*, nint, nint, nint, int> CommitQueue;
    public readonly delegate* unmanaged[Cdecl]<int, NativePartitionList*> PartitionListNew;
    public readonly delegate* unmanaged[Cdecl]<NativePartitionList*, byte*, int, NativePartition*> PartitionListAdd;
    public readonly delegate* unmanaged[Cdecl]<NativePartitionList*, void> PartitionListDestroy;
    public readonly delegate* unmanaged[Cdecl]<NativePartition*, int, void> PartitionSetLeaderEpoch;

    private Librdkafka(Func<string, nint> export)
    {
        ConsumeBatchQueue = (delegate* unmanaged[Cdecl]<nint, int, NativeMessage**, nuint, nint>)export("rd_kafka_consume_batch_queue");
        MessageDestroy = (delegate* unmanaged[Cdecl]<NativeMessage*, void>)export("rd_kafka_message_destroy");
        MessageLeaderEpoch = (delegate* unmanaged[Cdecl, SuppressGCTransition]<NativeMessage*, int>)export("rd_kafka_message_leader_epoch");
        MessageTimestamp = (delegate* unmanaged[Cdecl]<NativeMessage*, int*, long>)export("rd_kafka_message_timestamp");
        MessageHeaders = (delegate* unmanaged[Cdecl]<NativeMessage*, nint*, int>)export("rd_kafka_message_headers");
        MessageErrorText = (delegate* unmanaged[Cdecl]<NativeMessage*, nint>)export("rd_kafka_message_errstr");
        HeaderGetAll = (delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint*, nuint*, int>)export("rd_kafka_header_get_all");
        TopicName = (delegate* unmanaged[Cdecl]<nint, nint>)export("rd_kafka_topic_name");
        FatalError = (delegate* unmanaged[Cdecl]<nint, byte*, nuint, int>)export("rd_kafka_fatal_error");
        ConsumerClose = (delegate* unmanaged[Cdecl]<nint, int>)export("rd_kafka_consumer_close");
        GroupMetadata = (delegate* unmanaged[Cdecl]<nint, nint>)export("rd_kafka_consumer_group_metadata");
        GroupMetadataGeneration = (delegate* unmanaged[Cdecl]<nint, int>)export("rd_kafka_consumer_group_metadata_generation_id");
        GroupMetadataDestroy = (delegate* unmanaged[Cdecl]<nint, void>)export("rd_kafka_consumer_group_metadata_destroy");
        QueueGetConsumer = (delegate* unmanaged[Cdecl]<nint, nint>)export("rd_kafka_queue_get_consumer");
        QueueGetPartition = (delegate* unmanaged[Cdecl]<nint, byte*, int, nint>)export("rd_kafka_queue_get_partition");
        QueueForward = (delegate* unmanaged[Cdecl]<nint, nint, void>)export("rd_kafka_queue_forward");
        QueueNew = (delegate* unmanaged[Cdecl]<nint, nint>)export("rd_kafka_queue_new");
        QueueDestroy = (delegate* unmanaged[Cdecl]<nint, void>)export("rd_kafka_queue_destroy");
        QueueYield = (delegate* unmanaged[Cdecl]<nint, void>)export("rd_kafka_queue_yield");
        QueuePoll = (delegate* unmanaged[Cdecl]<nint, int, nint>)export("rd_kafka_queue_poll");
        EventError = (delegate* unmanaged[Cdecl]<nint, int>)export("rd_kafka_event_error");
        EventPartitions = (delegate* unmanaged[Cdecl]<nint, NativePartitionList*>)export("rd_kafka_event_topic_partition_list");
        EventDestroy = (delegate* unmanaged[Cdecl]<nint, void>)export("rd_kafka_event_destroy");
        CommitQueue = (delegate* unmanaged[Cdecl]<nint, NativePartitionList*, nint, nint, nint, int>)export("rd_kafka_commit_queue");
        PartitionListNew = (delegate* unmanaged[Cdecl]<int, NativePartitionList*>)export("rd_kafka_topic_partition_list_new");
        PartitionListAdd = (delegate* unmanaged[Cdecl]<NativePartitionList*, byte*, int, NativePartition*>)export("rd_kafka_topic_partition_list_add");
        PartitionListDestroy = (delegate* unmanaged[Cdecl]<NativePartitionList*, void>)export("rd_kafka_topic_partition_list_destroy");
        PartitionSetLeaderEpoch = (delegate* unmanaged[Cdecl]<NativePartition*, int, void>)export("rd_kafka_topic_partition_set_leader_epoch");
    }

    /// <summary>The functions; null when the module or one of them is missing.</summary>
    public static Librdkafka? Instance => Loaded.Value.Library;

    /// <summary>What is missing, for the log; null when nothing is.</summary>
    public static string? Missing => Loaded.Value.Missing;

    /// <summary>Looks every function up; null when one is missing.</summary>
    /// <param name="export">Gives the address of a function, or throws as <see cref="LibrdkafkaModule.GetExport"/> does.</param>
    /// <param name="missing">What is missing.</param>
    public static Librdkafka? Load(Func<string, nint> export, out string? missing)
    {
        try
        {
            missing = null;
            return new Librdkafka(export);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            missing = exception.Message;
            return null;
        }
    }
}
