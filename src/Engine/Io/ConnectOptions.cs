namespace Sluice.Engine.Io;

/// <summary>What an outgoing connection is like. Without a word of these, the system's settings hold.</summary>
public sealed record ConnectOptions
{
    /// <summary>The usual ones.</summary>
    public static ConnectOptions Default { get; } = new();

    /// <summary>TCP_NODELAY: small packets leave at once.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>
    /// The first bytes leave as soon as the connection is there: the last packet of the handshake waits for them, at most 200 ms (tcp(7),
    /// TCP_QUICKACK). The peer is woken once then, and not for the connection and for its first bytes.
    /// </summary>
    public bool SpeaksFirst { get; init; }

    /// <summary>SO_KEEPALIVE: a peer that is gone without a word is found out, after hours unless the system is told otherwise.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>The address that the connection comes from, of the family of where it goes; with port 0 the port is free to the system. None for what the routes say.</summary>
    public SocketAddress Source { get; init; }

    /// <summary>Time to live (hop limit) of packets sent, 1 to 255.</summary>
    public int? TimeToLive { get; init; }

    /// <summary>Packets with a smaller time to live (hop limit) are dropped, 1 to 255.</summary>
    public int? MinimumTimeToLive { get; init; }

    /// <summary>SO_RCVBUF in bytes.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>SO_SNDBUF in bytes.</summary>
    public int? SendBuffer { get; init; }
}
