using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;

using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Routing;

/// <summary>Messages of rtnetlink(7) about routes and nexthops, written and read.</summary>
internal static class RouteMessages
{
    /// <summary>Enough for each message that is written here.</summary>
    public const int LongestBytes = 4096;

    /// <summary>Members of a group: more do not fit.</summary>
    public const int MostMembers = 256;

    /// <summary>The table in which routes are that name none.</summary>
    public const int MainTable = 254;

    // What a group keeps flows apart by: more of it spreads returning gateways finer, and each costs 28 bytes (docs/decisions/0031).
    private const ushort Buckets = 16384;

    // In hundredths of a second. A bucket without packets for so long may go to another gateway; one that has some never does.
    private const uint IdleTime = 120 * 100;

    private const int HeaderBytes = 12;
    private const int NexthopHeaderBytes = 8;
    private const int MemberBytes = 8;
    private const int WeightOffset = 4;
    private const int Version4Bytes = 4;
    private const int Version6Bytes = 16;
    private const int BitsOfByte = 8;

    /// <summary>A change as a request.</summary>
    /// <param name="buffer">Has room for <see cref="LongestBytes"/>.</param>
    /// <param name="change">What is to be done.</param>
    /// <param name="protocol">Who does it; what others made is not removed.</param>
    public static Span<byte> Write(Span<byte> buffer, RouteChange change, byte protocol) => change switch
    {
        AddGateway add => WriteGateway(buffer, add, protocol),
        AddGroup add => WriteGroup(buffer, add.Id, add.Members, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL, protocol),
        ChangeGroup moved => WriteGroup(buffer, moved.Id, moved.Members, Libc.NLM_F_CREATE | Libc.NLM_F_REPLACE, protocol),
        RemoveNexthop removed => NetlinkText.End(buffer, NetlinkText.Add(
            buffer, NetlinkText.Begin(buffer, Libc.RTM_DELNEXTHOP, Libc.NLM_F_ACK, default(Libc.nhmsg)), Libc.NHA_ID, removed.Id)),
        AddRoute add => WriteRoute(buffer, Libc.RTM_NEWROUTE, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL, new PresentRoute(add.Key, protocol, add.Group)),
        MoveRoute moved => WriteRoute(buffer, Libc.RTM_NEWROUTE, Libc.NLM_F_CREATE | Libc.NLM_F_REPLACE, new PresentRoute(moved.Key, protocol, moved.Group)),
        RemoveRoute removed => WriteRoute(buffer, Libc.RTM_DELROUTE, 0, new PresentRoute(removed.Key, protocol, Group: 0)),
        _ => throw new ArgumentException("a change of no kind", nameof(change)),
    };

    /// <summary>Asks for the routes of a family that somebody made.</summary>
    public static Span<byte> WriteRoutesQuery(Span<byte> buffer, int family, byte protocol) => NetlinkText.End(
        buffer, NetlinkText.Begin(buffer, Libc.RTM_GETROUTE, Libc.NLM_F_DUMP, new Libc.rtmsg { rtm_family = (byte)family, rtm_protocol = protocol }));

    /// <summary>Asks for all nexthops.</summary>
    public static Span<byte> WriteNexthopsQuery(Span<byte> buffer) =>
        NetlinkText.End(buffer, NetlinkText.Begin(buffer, Libc.RTM_GETNEXTHOP, Libc.NLM_F_DUMP, default(Libc.nhmsg)));

    /// <summary>Asks which way packets to an address take.</summary>
    /// <param name="buffer">Has room for <see cref="LongestBytes"/>.</param>
    /// <param name="to">IPv4 or IPv6.</param>
    /// <param name="flags">RTM_F_FIB_MATCH for the route as it stands in its table.</param>
    /// <param name="mark">Which mark they have.</param>
    public static Span<byte> WriteWayQuery(Span<byte> buffer, in SocketAddress to, uint flags, uint mark = 0)
    {
        Span<byte> address = stackalloc byte[Version6Bytes];
        address = address[..to.CopyIp(address)];
        Libc.rtmsg own = new() { rtm_family = (byte)to.Family, rtm_dst_len = (byte)(address.Length * BitsOfByte), rtm_flags = flags };
        int at = NetlinkText.Begin(buffer, Libc.RTM_GETROUTE, Libc.NLM_F_ACK, own);
        at = NetlinkText.Add(buffer, at, Libc.RTA_DST, address);
        return NetlinkText.End(buffer, mark == 0 ? at : NetlinkText.Add(buffer, at, Libc.RTA_MARK, mark));
    }

    /// <summary>Reads a route of IPv4 or IPv6; false for anything else, and for what is cut.</summary>
    public static bool TryReadRoute(ReadOnlySpan<byte> buffer, NetlinkPart message, out PresentRoute route)
    {
        route = default;
        if (message.Type is not (Libc.RTM_NEWROUTE or Libc.RTM_DELROUTE)
            || !TryReadHeader(buffer, message, out Libc.rtmsg header)
            || !TryReadDestination(buffer, message, header, out RoutePrefix destination))
        {
            return false;
        }

        uint table = Number(buffer, message, HeaderBytes, Libc.RTA_TABLE) is > 0 and uint written ? written : header.rtm_table;
        uint metric = Number(buffer, message, HeaderBytes, Libc.RTA_PRIORITY);
        RouteKey key = new(unchecked((int)table), destination, unchecked((int)metric));
        route = new PresentRoute(key, header.rtm_protocol, Number(buffer, message, HeaderBytes, Libc.RTA_NH_ID));
        return true;
    }

    /// <summary>Reads by which device a way leads to a neighbour; false where it leads over a gateway, to this machine, or nowhere.</summary>
    public static bool TryReadDevice(ReadOnlySpan<byte> buffer, NetlinkPart message, out int device)
    {
        device = 0;
        if (message.Type != Libc.RTM_NEWROUTE || !TryReadHeader(buffer, message, out Libc.rtmsg header) || header.rtm_type != Libc.RTN_UNICAST
            || Has(buffer, message, Libc.RTA_GATEWAY) || Has(buffer, message, Libc.RTA_VIA))
        {
            return false;
        }

        device = unchecked((int)Number(buffer, message, HeaderBytes, Libc.RTA_OIF));
        return device > 0;
    }

    /// <summary>Whether a way leads to this machine.</summary>
    public static bool IsLocal(ReadOnlySpan<byte> buffer, NetlinkPart message) =>
        message.Type == Libc.RTM_NEWROUTE && TryReadHeader(buffer, message, out Libc.rtmsg header) && header.rtm_type == Libc.RTN_LOCAL;

    /// <summary>Reads a nexthop; null for anything else, and for what is cut.</summary>
    public static Nexthop? ReadNexthop(ReadOnlySpan<byte> buffer, NetlinkPart message)
    {
        if (message.Type is not (Libc.RTM_NEWNEXTHOP or Libc.RTM_DELNEXTHOP) || message.End - message.Start < NexthopHeaderBytes
            || Number(buffer, message, NexthopHeaderBytes, Libc.NHA_ID) is not (> 0 and uint id))
        {
            return null;
        }

        const int ProtocolOffset = 2;
        int start = message.Start + NexthopHeaderBytes;
        SocketAddress gateway = NetlinkText.TryFind(buffer, start, message.End, Libc.NHA_GATEWAY, out NetlinkPart address) && IsAddress(address)
            ? SocketAddress.FromIp(buffer[address.Start..address.End], port: 0)
            : default;
        List<NexthopMember> members = [];
        if (NetlinkText.TryFind(buffer, start, message.End, Libc.NHA_GROUP, out NetlinkPart group))
        {
            // The kernel counts weights from 0.
            for (int at = group.Start; group.End - at >= MemberBytes && members.Count < MostMembers; at += MemberBytes)
            {
                members.Add(new NexthopMember(BitConverter.ToUInt32(buffer[at..]), buffer[at + WeightOffset] + 1));
            }
        }

        int device = unchecked((int)Number(buffer, message, NexthopHeaderBytes, Libc.NHA_OIF));
        return new Nexthop(id, buffer[message.Start + ProtocolOffset], gateway, device, members);
    }

    private static Span<byte> WriteGateway(Span<byte> buffer, AddGateway gateway, byte protocol)
    {
        Span<byte> address = stackalloc byte[Version6Bytes];
        address = address[..gateway.Gateway.CopyIp(address)];
        Libc.nhmsg own = new() { nh_family = (byte)gateway.Gateway.Family, nh_protocol = protocol };
        int at = NetlinkText.Begin(buffer, Libc.RTM_NEWNEXTHOP, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL | Libc.NLM_F_ACK, own);
        at = NetlinkText.Add(buffer, at, Libc.NHA_ID, gateway.Id);
        at = NetlinkText.Add(buffer, at, Libc.NHA_OIF, (uint)gateway.Device);
        return NetlinkText.End(buffer, NetlinkText.Add(buffer, at, Libc.NHA_GATEWAY, address));
    }

    private static Span<byte> WriteGroup(Span<byte> buffer, uint id, IReadOnlyList<NexthopMember> members, int flags, byte protocol)
    {
        Debug.Assert(members.Count <= MostMembers, "the configuration has no more gateways");
        Span<byte> content = stackalloc byte[MostMembers * MemberBytes];
        content.Clear();
        for (int i = 0; i < members.Count; i++)
        {
            _ = BitConverter.TryWriteBytes(content[(i * MemberBytes)..], members[i].Id);
            content[(i * MemberBytes) + WeightOffset] = (byte)(members[i].Weight - 1);
        }

        Span<byte> settings = stackalloc byte[MemberBytes + MemberBytes];
        int end = NetlinkText.Add(settings, 0, Libc.NHA_RES_GROUP_BUCKETS, BitConverter.GetBytes(Buckets));
        _ = NetlinkText.Add(settings, end, Libc.NHA_RES_GROUP_IDLE_TIMER, IdleTime);
        int at = NetlinkText.Begin(buffer, Libc.RTM_NEWNEXTHOP, flags | Libc.NLM_F_ACK, new Libc.nhmsg { nh_protocol = protocol });
        at = NetlinkText.Add(buffer, at, Libc.NHA_ID, id);
        at = NetlinkText.Add(buffer, at, Libc.NHA_GROUP, content[..(members.Count * MemberBytes)]);
        at = NetlinkText.Add(buffer, at, Libc.NHA_GROUP_TYPE, BitConverter.GetBytes((ushort)Libc.NEXTHOP_GRP_TYPE_RES));
        return NetlinkText.End(buffer, NetlinkText.Add(buffer, at, Libc.NHA_RES_GROUP | Libc.NLA_F_NESTED, settings));
    }

    private static Span<byte> WriteRoute(Span<byte> buffer, int type, int flags, PresentRoute route)
    {
        Span<byte> address = stackalloc byte[Version6Bytes];
        address = address[..route.Key.Destination.Address.CopyIp(address)];
        Libc.rtmsg own = new()
        {
            rtm_family = (byte)route.Key.Destination.Address.Family,
            rtm_dst_len = (byte)route.Key.Destination.Length,
            rtm_protocol = (byte)route.Protocol,
            rtm_type = Libc.RTN_UNICAST,
        };
        int at = NetlinkText.Begin(buffer, type, flags | Libc.NLM_F_ACK, own);
        at = NetlinkText.Add(buffer, at, Libc.RTA_DST, address);
        at = NetlinkText.Add(buffer, at, Libc.RTA_TABLE, unchecked((uint)route.Key.Table));
        at = NetlinkText.Add(buffer, at, Libc.RTA_PRIORITY, unchecked((uint)route.Key.Metric));
        return NetlinkText.End(buffer, route.Group == 0 ? at : NetlinkText.Add(buffer, at, Libc.RTA_NH_ID, route.Group));
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> buffer, NetlinkPart message, out Libc.rtmsg header)
    {
        bool isWhole = message.End - message.Start >= HeaderBytes;
        header = isWhole ? MemoryMarshal.Read<Libc.rtmsg>(buffer[message.Start..]) : default;
        return isWhole;
    }

    // A default route has no address at all.
    private static bool TryReadDestination(ReadOnlySpan<byte> buffer, NetlinkPart message, Libc.rtmsg header, out RoutePrefix destination)
    {
        destination = default;
        int length = header.rtm_family switch
        {
            Libc.AF_INET => Version4Bytes,
            Libc.AF_INET6 => Version6Bytes,
            _ => 0,
        };
        if (length == 0 || header.rtm_dst_len > length * BitsOfByte)
        {
            return false;
        }

        bool isFound = NetlinkText.TryFind(buffer, message.Start + HeaderBytes, message.End, Libc.RTA_DST, out NetlinkPart address);
        if (isFound ? address.End - address.Start != length : header.rtm_dst_len != 0)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Version6Bytes];
        bytes = bytes[..length];
        bytes.Clear();
        if (isFound)
        {
            buffer[address.Start..address.End].CopyTo(bytes);
        }

        destination = RoutePrefix.Of(bytes, header.rtm_dst_len);
        return true;
    }

    private static bool IsAddress(NetlinkPart part) => part.End - part.Start is Version4Bytes or Version6Bytes;

    private static bool Has(ReadOnlySpan<byte> buffer, NetlinkPart message, int type) =>
        NetlinkText.TryFind(buffer, message.Start + HeaderBytes, message.End, type, out _);

    private static uint Number(ReadOnlySpan<byte> buffer, NetlinkPart message, int header, int type) =>
        NetlinkText.TryFind(buffer, message.Start + header, message.End, type, out NetlinkPart found) ? NetlinkText.Number(buffer, found) : 0;
}
