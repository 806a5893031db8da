using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Http;

/// <summary>Reads the PROXY header with which connections of a listener with <c>proxy-protocol</c> begin (D-31).</summary>
/// <remarks>Whoever is no trusted proxy, says something else or takes too long is closed without an answer: on such a listener nobody
/// may speak without saying for whom.</remarks>
/// <param name="warn">Tells the operator who was closed, and why; called for each.</param>
public sealed class ProxyPreface(Action<string> warn)
{
    /// <summary>Reads the header and takes it off the input.</summary>
    /// <param name="connection">New.</param>
    /// <param name="trusted">Whose header is believed; null for nobody's.</param>
    /// <param name="within">How long the whole header may take; null for ever.</param>
    /// <returns>The peer that the proxy named, or the proxy itself; null where the connection is to be closed.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Peer?> Read(Connection connection, AddressSet? trusted, DeadlineQueue? within)
    {
        ArgumentNullException.ThrowIfNull(connection);
        SocketAddress proxy = connection.Peer;
        if (trusted is null || !trusted.Contains(proxy))
        {
            warn($"{proxy} is not among trusted-proxies: its connection to a listener with proxy-protocol is closed");
            return null;
        }

        if (within is not null)
        {
            connection.ExpireIn(within);
        }

        while (true)
        {
            ProxyHeader header = default;
            ParseStatus status = connection.Input.IsEmpty ? ParseStatus.NeedMore : ProxyHeaderParser.Parse(connection.Input, out header);
            if (status == ParseStatus.Complete)
            {
                connection.Consume(header.Length);
                connection.NeverExpire();
                return PeerOf(proxy, header);
            }

            Fill fill = status == ParseStatus.Rejected ? Fill.Full : connection.TryFill();
            Wake wake = fill == Fill.Again ? await connection.Readable() : Wake.Ready;
            if (Fault(fill, wake, connection) is { } fault)
            {
                Complain(proxy, fault);
                return null;
            }
        }
    }

    private static Peer PeerOf(in SocketAddress proxy, in ProxyHeader header)
    {
        Span<byte> address = stackalloc byte[IpText.MostBytes];
        return header.AddressBytes == 0
            ? Peer.OfSocket(proxy)
            : new Peer(proxy, SocketAddress.FromIp(header.CopyClient(address), header.Port), ClientSource.ProxyProtocol);
    }

    /// <summary>Why no header comes; empty where nobody has to hear of it, null where it may still come.</summary>
    private static string? Fault(Fill fill, Wake wake, Connection connection) => (fill, wake) switch
    {
        (Fill.More, _) or (Fill.Again, Wake.Ready) => null,
        (Fill.Again, Wake.Expired) => "sent no whole PROXY header in time",
        (Fill.Full, _) => "sent no PROXY header",
        _ when connection.IsClosed || connection.Input.IsEmpty => "",
        _ => "ended its connection within the PROXY header",
    };

    // A proxy that connects and closes only looks whether somebody is there.
    private void Complain(in SocketAddress proxy, string fault)
    {
        if (fault.Length > 0)
        {
            warn($"{proxy} {fault}: its connection to a listener with proxy-protocol is closed");
        }
    }
}
