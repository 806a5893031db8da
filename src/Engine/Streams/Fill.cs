namespace Sluice.Engine.Streams;

/// <summary>What an attempt to get more input came to.</summary>
public enum Fill
{
    /// <summary>There is more than before.</summary>
    More,

    /// <summary>Nothing has come yet: wait until readable.</summary>
    Again,

    /// <summary>The peer will send no more; it may still read.</summary>
    End,

    /// <summary>The connection is broken or closed.</summary>
    Failed,

    /// <summary>The peer is gone without the end that TLS demands (RFC 8446 6.1): what came may be a part, cut by somebody on the way.</summary>
    Truncated,

    /// <summary>No room: consume, or send on, something first.</summary>
    Full,
}
