using System;

namespace Sluice.Engine.Io;

/// <summary>What comes to a listening socket.</summary>
public enum ListenKind
{
    /// <summary>Connections, tcp(7).</summary>
    Stream,

    /// <summary>Datagrams, udp(7). Nothing of the options that concerns connections has a meaning.</summary>
    Datagram,
}

/// <summary>How a listening socket is made; accepted connections inherit the options of their sockets.</summary>
public sealed record ListenOptions
{
    /// <summary>What comes to it.</summary>
    public ListenKind Kind { get; init; }

    /// <summary>Connections that may wait to be accepted, listen(2).</summary>
    public int Backlog { get; init; } = 511;

    /// <summary>TCP_NODELAY: small packets leave at once.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>
    /// TCP_DEFER_ACCEPT: a connection is accepted when its first bytes are here, or after so long. Only where the client
    /// speaks first.
    /// </summary>
    public TimeSpan? DeferAccept { get; init; }

    /// <summary>IP_FREEBIND: an address that the host does not have yet is accepted.</summary>
    public bool FreeBind { get; init; } = true;

    /// <summary>IP_TRANSPARENT: what was sent to others is taken, where the packet filter brings it here; what is accepted has the address that it was sent to. Of datagrams it is
    /// known.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Time to live (hop limit) of packets sent, 1 to 255.</summary>
    public int? TimeToLive { get; init; }

    /// <summary>Packets with a smaller time to live (hop limit) are dropped, 1 to 255.</summary>
    public int? MinimumTimeToLive { get; init; }

    /// <summary>SO_RCVBUF in bytes.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>SO_SNDBUF in bytes.</summary>
    public int? SendBuffer { get; init; }
}
