using System;
using System.Collections.Generic;
using System.IO;

using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Netfilter;

/// <summary>A flow that the kernel tracks, as far as it says where it goes.</summary>
/// <param name="Protocol">IANA's number.</param>
/// <param name="Wanted">Where its first packet was sent to.</param>
/// <param name="Answering">Where answers come from: somewhere else where destinations are translated.</param>
public readonly record struct TrackedFlow(int Protocol, SocketAddress Wanted, SocketAddress Answering);

/// <summary>The flows that the kernel tracks, over netlink. For a process with CAP_NET_ADMIN; its calls do not wait for anybody but the kernel.</summary>
public sealed class ConntrackTable : IDisposable
{
    // A tuple of IPv6 with its attributes is 100 bytes.
    private const int RequestBytes = 512;

    private readonly NetlinkSocket _socket;

    private ConntrackTable(NetlinkSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static ConntrackTable Open() => new(NetlinkSocket.Open(Libc.NETLINK_NETFILTER));

    /// <summary>Has the kernel forget flows, each by the whole of its addresses and ports. There may be hundreds of thousands: each step goes over a block of them.</summary>
    /// <param name="kind">The family to look at.</param>
    /// <param name="isMeant">Which of them.</param>
    /// <returns>What became of each step.</returns>
    public IEnumerable<Errno> Delete(AddressKind kind, Func<TrackedFlow, bool> isMeant)
    {
        ArgumentNullException.ThrowIfNull(isMeant);
        return DeleteBlocks(kind == AddressKind.IPv6 ? Libc.AF_INET6 : Libc.AF_INET, isMeant);
    }

    /// <summary>Looks at the flows of a family.</summary>
    /// <param name="kind">The family.</param>
    /// <param name="seen">Gets each.</param>
    /// <returns>As <see cref="Delete"/>.</returns>
    public IEnumerable<Errno> Visit(AddressKind kind, Action<TrackedFlow> seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return Delete(kind, flow =>
        {
            seen(flow);
            return false;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // The kernel finds its place in the list again by the flow it was at, and begins the bucket anew where that is gone.
    private IEnumerable<Errno> DeleteBlocks(int family, Func<TrackedFlow, bool> isMeant)
    {
        using NetlinkSocket list = NetlinkSocket.Open(Libc.NETLINK_NETFILTER);
        List<byte[]> requests = [];
        yield return list.Begin(Question(family));
        while (!list.IsOver)
        {
            Errno error = list.Hear((buffer, message) => Collect(buffer, message, family, isMeant, requests));
            foreach (byte[] request in requests)
            {
                Errno outcome = _socket.Ask(request);

                // One that is not found has ended meanwhile.
                error = outcome is Errno.None or Errno.NotFound ? error : outcome;
            }

            requests.Clear();
            yield return error;
        }
    }

    private static byte[] Question(int family)
    {
        byte[] request = new byte[NetlinkText.HeaderBytes + NetlinkText.FamilyBytes];
        int end = NetlinkText.Begin(request, Libc.NFNL_SUBSYS_CTNETLINK, Libc.IPCTNL_MSG_CT_GET, Libc.NLM_F_DUMP, family);
        return NetlinkText.End(request, end).ToArray();
    }

    private static void Collect(ReadOnlySpan<byte> buffer, NetlinkPart message, int family, Func<TrackedFlow, bool> isMeant, List<byte[]> requests)
    {
        int start = message.Start + NetlinkText.FamilyBytes;
        if (!NetlinkText.TryFind(buffer, start, message.End, Libc.CTA_TUPLE_ORIG, out NetlinkPart original)
            || !NetlinkText.TryFind(buffer, start, message.End, Libc.CTA_TUPLE_REPLY, out NetlinkPart reply)
            || !TryReadFlow(buffer, original, reply, out TrackedFlow flow)
            || !isMeant(flow))
        {
            return;
        }

        Span<byte> request = stackalloc byte[RequestBytes];
        int at = NetlinkText.Begin(request, Libc.NFNL_SUBSYS_CTNETLINK, Libc.IPCTNL_MSG_CT_DELETE, Libc.NLM_F_ACK, family);
        at = NetlinkText.Add(request, at, Libc.CTA_TUPLE_ORIG | Libc.NLA_F_NESTED, buffer[original.Start..original.End]);
        foreach (int type in (ReadOnlySpan<int>)[Libc.CTA_ZONE, Libc.CTA_ID])
        {
            if (NetlinkText.TryFind(buffer, start, message.End, type, out NetlinkPart part))
            {
                at = NetlinkText.Add(request, at, type, buffer[part.Start..part.End]);
            }
        }

        requests.Add(NetlinkText.End(request, at).ToArray());
    }

    private static bool TryReadFlow(ReadOnlySpan<byte> buffer, NetlinkPart original, NetlinkPart reply, out TrackedFlow flow)
    {
        bool isRead = TryReadEnd(buffer, original, Libc.CTA_IP_V4_DST, Libc.CTA_IP_V6_DST, Libc.CTA_PROTO_DST_PORT, out int protocol, out SocketAddress wanted)
            & TryReadEnd(buffer, reply, Libc.CTA_IP_V4_SRC, Libc.CTA_IP_V6_SRC, Libc.CTA_PROTO_SRC_PORT, out _, out SocketAddress answering);
        flow = new TrackedFlow(protocol, wanted, answering);
        return isRead;
    }

    private static bool TryReadEnd(
        ReadOnlySpan<byte> buffer, NetlinkPart tuple, int version4, int version6, int port, out int protocol, out SocketAddress address)
    {
        protocol = 0;
        address = default;
        if (!NetlinkText.TryFind(buffer, tuple, Libc.CTA_TUPLE_IP, out NetlinkPart ip)
            || !NetlinkText.TryFind(buffer, tuple, Libc.CTA_TUPLE_PROTO, out NetlinkPart transport)
            || !NetlinkText.TryFind(buffer, transport, Libc.CTA_PROTO_NUM, out NetlinkPart number)
            || number.End == number.Start)
        {
            return false;
        }

        const int Version4Bytes = 4;
        const int Version6Bytes = 16;
        if (!NetlinkText.TryFind(buffer, ip, version4, out NetlinkPart bytes) && !NetlinkText.TryFind(buffer, ip, version6, out bytes))
        {
            return false;
        }

        protocol = buffer[number.Start];
        int at = NetlinkText.TryFind(buffer, transport, port, out NetlinkPart found) ? NetlinkText.Port(buffer, found) : 0;
        bool isAddress = bytes.End - bytes.Start is Version4Bytes or Version6Bytes;
        address = isAddress ? SocketAddress.FromIp(buffer[bytes.Start..bytes.End], at) : default;
        return isAddress;
    }
}
