namespace Consumers.Framework.Fleet.History;

/// <summary>What a line of a journal says of a record.</summary>
internal enum HandlerPhase
{
    /// <summary>Its handler begins.</summary>
    Start,

    /// <summary>Its handler has done the work.</summary>
    Done,

    /// <summary>Its handler throws.</summary>
    Fail,
}
