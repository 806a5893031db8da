using System;

using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>A message of the daemon while it is being filled. Used again for the next one.</summary>
public sealed class ReplyMessage
{
    // The longest reply is a text of 8192 bytes.
    private const int FullBytes = ControlProtocol.LongestMessage - TextRow.LongestText - 1024;

    private readonly WireWriter _writer = new();

    /// <summary>Whether it has to be sent before more is added.</summary>
    public bool IsFull => _writer.Written.Length > FullBytes;

    /// <summary>Whether nothing was added yet.</summary>
    public bool IsEmpty => _writer.Written.IsEmpty;

    /// <summary>Adds a reply.</summary>
    public void Add(Reply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        reply.Write(_writer);
    }

    /// <summary>Ends it.</summary>
    /// <returns>At most <see cref="ControlProtocol.LongestMessage"/> bytes, valid until the next call.</returns>
    public ReadOnlySpan<byte> Finish()
    {
        _writer.Small((int)ReplyType.None);
        return _writer.Written;
    }

    /// <summary>Begins anew.</summary>
    public void Clear() => _writer.Clear();
}
