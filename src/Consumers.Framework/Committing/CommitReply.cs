using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>The broker's answer to one commit; made once and used for every commit of a committer. Committer's thread only.</summary>
internal sealed class CommitReply
{
    private Error?[] _refusals = [];
    private int _count;

    /// <summary>Whether the request failed as a whole, so that the errors do not tell which points were committed all the same.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The refusal that came first; null when everything was accepted.</summary>
    public Error? FirstRefusal { get; private set; }

    /// <summary>Forgets the last answer: everything counts as accepted.</summary>
    /// <param name="count">How many points the request has.</param>
    public void Begin(int count)
    {
        if (FirstRefusal is not null)
        {
            Array.Clear(_refusals, 0, _count);
            FirstRefusal = null;
            IsWhole = false;
        }

        if (count > _refusals.Length)
        {
            _refusals = new Error?[Math.Max(count, _refusals.Length * 2)];
        }

        _count = count;
    }

    /// <summary>The broker refused one point.</summary>
    /// <param name="index">Its index in the request.</param>
    /// <param name="error">Why; never <see cref="ErrorCode.NoError"/>.</param>
    public void Refuse(int index, Error error)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _count);
        _refusals[index] = error;
        FirstRefusal ??= error;
    }

    /// <summary>The request failed, and nothing tells its points apart.</summary>
    public void RefuseAll(Error error)
    {
        Array.Fill(_refusals, error, 0, _count);
        FirstRefusal ??= error;
        IsWhole = true;
    }

    /// <summary>Why the point was refused; null when it was accepted.</summary>
    public Error? RefusalOf(int index) => _refusals[index];
}
