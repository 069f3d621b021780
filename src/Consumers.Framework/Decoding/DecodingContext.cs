using Confluent.Kafka;

namespace Consumers.Framework.Decoding;

/// <summary>What a decoder may know of the record. It costs nothing until a deserializer of Confluent.Kafka asks for the headers.</summary>
internal readonly struct DecodingContext(MessageComponentType component, ConsumeContext record)
{
    public MessageComponentType Component { get; } = component;

    /// <summary>The record that the bytes belong to.</summary>
    public ConsumeContext Record { get; } = record;

    /// <summary>Reads the headers: a copy of them is made when the record has some.</summary>
    public SerializationContext ToSerializationContext() => new(Component, Record.Topic, Record.Headers);
}
