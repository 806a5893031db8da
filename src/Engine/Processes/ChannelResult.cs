namespace Sluice.Engine.Processes;

/// <summary>What a call on a <see cref="Channel"/> came to.</summary>
public enum ChannelStatus
{
    /// <summary>One whole message was sent or received.</summary>
    Done,

    /// <summary>Nothing has come, or the peer's queue is full: wait for the channel.</summary>
    Again,

    /// <summary>The peer is gone; nothing more will come and nothing more can be sent.</summary>
    Closed,

    /// <summary>
    /// The message was longer than the destination, or this process had no descriptor free for one that came with it.
    /// It is lost, and its descriptors are closed.
    /// </summary>
    Truncated,
}

/// <summary>What a receive came to.</summary>
/// <param name="LengthBytes">Length of the message; 0 unless <paramref name="Status"/> is Done.</param>
/// <param name="Status">Whether there is a message, and why not.</param>
public readonly record struct ChannelResult(int LengthBytes, ChannelStatus Status);
