using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Netfilter;

/// <summary>
/// Counters of the packet filter that have names, over netlink: before it lists one counter, libnftables(3) has the kernel list all sets with all elements. For a process with
/// CAP_NET_ADMIN; its calls do not wait for anybody but the kernel.
/// </summary>
public sealed class FilterCounters : IDisposable
{
    // Names have less than 256 bytes.
    private const int RequestBytes = 512;

    private readonly NetlinkSocket _socket;

    private FilterCounters(NetlinkSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FilterCounters Open() => new(NetlinkSocket.Open(Libc.NETLINK_NETFILTER));

    /// <summary>Lists the counters of all tables of a name, whatever their family.</summary>
    /// <param name="table">The name.</param>
    /// <param name="seen">Gets the name of each counter and how many packets it has seen.</param>
    /// <returns><see cref="Errno.Interrupted"/> where the counters changed meanwhile, so that some may be missing.</returns>
    public Errno List(string table, Action<string, long> seen)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(seen);
        Span<byte> request = stackalloc byte[RequestBytes];
        int end = NetlinkText.Begin(request, Libc.NFNL_SUBSYS_NFTABLES, Libc.NFT_MSG_GETOBJ, Libc.NLM_F_DUMP, Libc.NFPROTO_UNSPEC);
        end = NetlinkText.Add(request, end, Libc.NFTA_OBJ_TABLE, Encoding.UTF8.GetBytes(table + "\0"));
        end = NetlinkText.Add(request, end, Libc.NFTA_OBJ_TYPE, BinaryPrimitives.ReverseEndianness((uint)Libc.NFT_OBJECT_COUNTER));
        return _socket.Ask(NetlinkText.End(request, end), (buffer, message) => Read(buffer, message, seen));
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static void Read(ReadOnlySpan<byte> buffer, NetlinkPart message, Action<string, long> seen)
    {
        int start = message.Start + NetlinkText.FamilyBytes;
        if (NetlinkText.TryFind(buffer, start, message.End, Libc.NFTA_OBJ_NAME, out NetlinkPart name)
            && NetlinkText.TryFind(buffer, start, message.End, Libc.NFTA_OBJ_DATA, out NetlinkPart content)
            && NetlinkText.TryFind(buffer, content, Libc.NFTA_COUNTER_PACKETS, out NetlinkPart packets)
            && packets.End - packets.Start == sizeof(long))
        {
            seen(Encoding.UTF8.GetString(buffer[name.Start..name.End].TrimEnd((byte)0)), BinaryPrimitives.ReadInt64BigEndian(buffer[packets.Start..packets.End]));
        }
    }
}
