using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

namespace Sluice.System.Redirections;

/// <summary>A packet that was logged.</summary>
/// <param name="Prefix">What the rule says of it.</param>
/// <param name="From">Whose it is.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Flags">Those of TCP.</param>
internal sealed record LoggedPacket(string Prefix, IPAddress From, IPEndPoint To, byte Flags);

/// <summary>Reads a group of NFLOG as ulogd(8) and tcpdump(1) do: linux/netfilter/nfnetlink_log.h.</summary>
internal sealed class PacketLog : IDisposable
{
    public const byte Syn = 0x02;

    private const int HeaderBytes = 16;
    private const int FamilyBytes = 4;
    private const int AttributeBytes = 4;
    private const ushort Packet = 0x0400;
    private const ushort Config = 0x0401;
    private const short RequestAndAcknowledge = 5;

    // Attributes of a request, and of a packet.
    private const byte Command = 1;
    private const byte Mode = 2;
    private const byte Threshold = 5;
    private const ushort Payload = 9;
    private const ushort Prefix = 10;

    private readonly Socket _socket;
    private readonly byte[] _block = new byte[65536];

    /// <summary>Begins to listen to a group.</summary>
    public PacketLog(Place place, ushort group)
    {
        _socket = place.Run(static () => new Socket(new SafeSocketHandle(Libc.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW, Libc.NETLINK_NETFILTER), ownsHandle: true)));
        _socket.ReceiveTimeout = (int)Await.Usual.TotalMilliseconds;

        // Whole packets, each at once.
        Ask(group, Command, [1]);
        Ask(group, Mode, [0, 0, 0xff, 0xff, 2, 0]);
        Ask(group, Threshold, [0, 0, 0, 1]);
    }

    /// <summary>The next packet of IPv4 and TCP that was logged.</summary>
    public LoggedPacket Next()
    {
        int bytes = Receive();
        ReadOnlySpan<byte> message = _block.AsSpan(0, int.Min(bytes, BitConverter.ToInt32(_block)));
        ReadOnlySpan<byte> packet = Find(message, Payload);
        ReadOnlySpan<byte> transport = packet[((packet[0] & 0xf) * 4)..];
        return new LoggedPacket(
            Encoding.ASCII.GetString(Find(message, Prefix)).TrimEnd('\0'),
            new IPAddress(packet[12..16]),
            new IPEndPoint(new IPAddress(packet[16..20]), BinaryPrimitives.ReadUInt16BigEndian(transport[2..])),
            transport[13]);
    }

    public void Dispose() => _socket.Dispose();

    private int Receive()
    {
        int bytes = _socket.Receive(_block);
        return BitConverter.ToUInt16(_block, sizeof(int)) == Packet ? bytes : throw new InvalidOperationException("no packet was logged");
    }

    private void Ask(ushort group, byte attribute, byte[] content)
    {
        int length = AttributeBytes + content.Length;
        byte[] request = new byte[HeaderBytes + FamilyBytes + ((length + 3) & ~3)];
        BitConverter.TryWriteBytes(request, request.Length);
        BitConverter.TryWriteBytes(request.AsSpan(4), Config);
        BitConverter.TryWriteBytes(request.AsSpan(6), RequestAndAcknowledge);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(HeaderBytes + 2), group);
        BitConverter.TryWriteBytes(request.AsSpan(HeaderBytes + FamilyBytes), (ushort)length);
        request[HeaderBytes + FamilyBytes + 2] = attribute;
        content.CopyTo(request, HeaderBytes + FamilyBytes + AttributeBytes);
        _ = _socket.Send(request);
        _ = _socket.Receive(_block);
        int error = BitConverter.ToInt32(_block, HeaderBytes);
        if (error != 0)
        {
            throw new InvalidOperationException($"group {group} of NFLOG: error {-error}");
        }
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> message, ushort type)
    {
        ReadOnlySpan<byte> rest = message[(HeaderBytes + FamilyBytes)..];
        while (BitConverter.ToUInt16(rest[2..]) != type)
        {
            rest = rest[((BitConverter.ToUInt16(rest) + 3) & ~3)..];
        }

        return rest[AttributeBytes..BitConverter.ToUInt16(rest)];
    }
}
