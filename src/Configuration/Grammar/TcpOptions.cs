namespace Sluice.Configuration.Grammar;

/// <summary>Whether an option was turned on, off, or left to the system.</summary>
public enum Setting
{
    /// <summary>Not mentioned.</summary>
    Unset,

    /// <summary>Asked for.</summary>
    On,

    /// <summary>Refused with <c>no</c>.</summary>
    Off,
}

/// <summary>The <c>tcp</c> options of httpd.conf(5) and relayd.conf(5); null where the text says nothing.</summary>
public sealed record TcpOptions
{
    /// <summary>Nothing configured.</summary>
    public static TcpOptions None { get; } = new();

    /// <summary>TCP_NODELAY.</summary>
    public Setting NoDelay { get; init; }

    /// <summary>Selective acknowledgements; Linux has no option per socket, so it is read and has no effect.</summary>
    public Setting Sack { get; init; }

    /// <summary>Length of the queue of connections that wait to be accepted.</summary>
    public int? Backlog { get; init; }

    /// <summary>SO_RCVBUF and SO_SNDBUF in bytes.</summary>
    public int? SocketBuffer { get; init; }

    /// <summary>Hop limit of outgoing packets, 0 to 255.</summary>
    public byte? Ttl { get; init; }

    /// <summary>Least hop limit of incoming packets, 0 to 255 (RFC 5082).</summary>
    public byte? MinTtl { get; init; }
}
