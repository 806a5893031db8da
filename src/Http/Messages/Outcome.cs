namespace Sluice.Http.Messages;

/// <summary>What became of sending an answer, or a part of one.</summary>
public enum Outcome
{
    /// <summary>It is sent, or on its way in the output buffer.</summary>
    Sent,

    /// <summary>The client is gone: nothing more can be sent, and the session ends.</summary>
    Gone,

    /// <summary>The client took nothing for too long: the session ends.</summary>
    Expired,

    /// <summary>The answer ended before its announced length; the client sees that by the close that must follow.</summary>
    Truncated,
}
