namespace Sluice.Engine.Loop;

/// <summary>Why a wait ended.</summary>
public enum Wake
{
    /// <summary>What was waited for is there, or is done.</summary>
    Ready,

    /// <summary>The deadline passed first. Nothing was closed: that is the waiter's to do.</summary>
    Expired,

    /// <summary>The connection was closed meanwhile, by this process or by the peer: there is nothing left to wait for.</summary>
    Closed,

    /// <summary>
    /// What was being sent ended before its announced length (a file that shrank): the message is incomplete, and only
    /// closing the connection shows that to the peer.
    /// </summary>
    Truncated,

    /// <summary>Whoever shares the connection ended the wait; nothing happened to the connection itself.</summary>
    Interrupted,
}
