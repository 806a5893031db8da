using Sluice.Engine.Io;
using Sluice.Engine.Tls;

namespace Sluice.Http.Messages;

/// <summary>How a client's address is known.</summary>
public enum ClientSource
{
    /// <summary>It is the other end of the socket.</summary>
    Socket,

    /// <summary>A trusted proxy said so in a PROXY header.</summary>
    ProxyProtocol,

    /// <summary>A trusted proxy said so in X-Forwarded-For.</summary>
    ForwardedFor,
}

/// <summary>Who is served: the one value that filters, hashes, logs and limits go by (D-21, D-31).</summary>
/// <param name="Transport">The other end of the socket.</param>
/// <param name="Client">The client; the same unless a trusted proxy named another.</param>
/// <param name="Source">How it is known.</param>
public readonly record struct Peer(SocketAddress Transport, SocketAddress Client, ClientSource Source)
{
    /// <summary>What was agreed on with it, and whom its certificate names; null without TLS, and where nobody asks.</summary>
    public TlsFacts? Tls { get; init; }

    /// <summary>A peer of whom only the socket is known.</summary>
    public static Peer OfSocket(SocketAddress address) => new(address, address, ClientSource.Socket);
}
