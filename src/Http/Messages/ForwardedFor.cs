using System;

using Sluice.Engine.Io;
using Sluice.Http.Codec;

namespace Sluice.Http.Messages;

/// <summary>The client that trusted proxies tell of in X-Forwarded-For (D-31).</summary>
/// <remarks>Each proxy adds at the end whom it heard from, so only the end can be believed: from the right, hop after hop as long as
/// each is a trusted proxy. The first that is not is the client. A hop that is no address ends the search at the last one that was.</remarks>
public static class ForwardedFor
{
    /// <summary>The peer of a request.</summary>
    /// <param name="peer">Who is at the other end of the connection, or whom a PROXY header named.</param>
    /// <param name="head">The request; several fields count as one list, in order.</param>
    /// <param name="trusted">Whose word is believed.</param>
    public static Peer Resolve(in Peer peer, RequestHead head, AddressSet trusted)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(trusted);
        if (!head.Has(KnownField.ForwardedFor) || !trusted.Contains(peer.Client))
        {
            return peer;
        }

        Peer found = peer;
        for (int index = head.FieldCount - 1; index >= 0; index--)
        {
            if (head.FieldKind(index) == KnownField.ForwardedFor && Walk(head.FieldValue(index), trusted, ref found))
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Reads one hop: an address, with or without a port, an IPv6 address with or without brackets.</summary>
    /// <param name="text">Without blanks around it.</param>
    /// <param name="hop">The address; port 0 where none is given.</param>
    public static bool TryParseHop(ReadOnlySpan<byte> text, out SocketAddress hop)
    {
        hop = default;
        ushort port = 0;
        ReadOnlySpan<byte> host = text;
        int colon = text.LastIndexOf((byte)':');
        bool isBracketed = text.StartsWith((byte)'[');
        bool hasPort = isBracketed ? colon > 0 && text[colon - 1] == (byte)']' : colon >= 0 && text.IndexOf((byte)':') == colon;
        if (hasPort)
        {
            if (!IpText.TryParsePort(text[(colon + 1)..], out port))
            {
                return false;
            }

            host = text[..colon];
        }

        if (isBracketed)
        {
            if (host is not [(byte)'[', .., (byte)']'])
            {
                return false;
            }

            host = host[1..^1];
        }

        Span<byte> address = stackalloc byte[IpText.MostBytes];
        int length = IpText.Parse(host, address);
        if (length == 0 || (isBracketed && length != IpText.MostBytes))
        {
            return false;
        }

        hop = SocketAddress.FromIp(address[..length], port);
        return true;
    }

    /// <summary>Goes through the hops of a field from the right; true where the search is over.</summary>
    private static bool Walk(ReadOnlySpan<byte> hops, AddressSet trusted, ref Peer found)
    {
        while (true)
        {
            int comma = hops.LastIndexOf((byte)',');
            ReadOnlySpan<byte> text = hops[(comma + 1)..].Trim(" \t"u8);

            // RFC 9110 5.6.1: empty elements of a list count for nothing.
            if (!text.IsEmpty)
            {
                if (!TryParseHop(text, out SocketAddress hop))
                {
                    return true;
                }

                found = found with { Client = hop, Source = ClientSource.ForwardedFor };
                if (!trusted.Contains(hop))
                {
                    return true;
                }
            }

            if (comma < 0)
            {
                return false;
            }

            hops = hops[..comma];
        }
    }
}
