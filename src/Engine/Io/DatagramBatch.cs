using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>Rooms for datagrams that are received by one call, changed where they are, and sent by one call (recvmmsg(2), sendmmsg(2)). One a loop is enough: nothing in it lives
/// longer than the turn.</summary>
/// <remarks>Its memory does not move. Of the rooms only those pages are real that a datagram has touched.</remarks>
public sealed class DatagramBatch
{
    /// <summary>Datagrams that one call moves at most.</summary>
    public const int Capacity = 32;

    /// <summary>Bytes of the longest datagram, udp(7): every one fits.</summary>
    public const int LongestDatagram = 65_535;

    // Not a power of two: the starts of all rooms would share the same few lines of the processor's caches.
    private const int RoomBytes = LongestDatagram + 1 + 320;
    private const int NameBytes = 112;
    private const int ControlBytes = 64;

    // CMSG_LEN(0), cmsg(3).
    private const int ControlHeaderBytes = 16;

    private readonly byte[] _rooms = GC.AllocateUninitializedArray<byte>(Capacity * RoomBytes, pinned: true);
    private readonly Side _incoming = new();
    private readonly Side _outgoing = new();
    private readonly int[] _roomOf = new int[Capacity];

    // How many are to be sent, those included that are.
    private int _added;

    /// <summary>Makes the rooms.</summary>
    public unsafe DatagramBatch()
    {
        byte* start = AddressOf(_rooms);
        for (int i = 0; i < Capacity; i++)
        {
            _incoming.Parts[i] = new() { iov_base = start + (i * RoomBytes), iov_len = LongestDatagram };
        }
    }

    /// <summary>How many datagrams the last receipt brought; they are in the rooms from 0 on.</summary>
    public int Count { get; private set; }

    /// <summary>How many of those that were added are sent or given up; they are the first ones.</summary>
    public int Done { get; private set; }

    /// <summary>How many are still to be sent.</summary>
    public int Unsent => _added - Done;

    /// <summary>A datagram that was received, to be read and changed.</summary>
    /// <param name="room">From 0, below <see cref="Count"/>.</param>
    public Span<byte> this[int room] => _rooms.AsSpan(room * RoomBytes, (int)_incoming.Headers[room].msg_len);

    /// <summary>Who sent it, where the socket is not connected.</summary>
    public SocketAddress Source(int room) => SocketAddress.FromNative(
        _incoming.Names.AsSpan(room * NameBytes, (int)uint.Min(_incoming.Headers[room].msg_hdr.msg_namelen, NameBytes)));

    /// <summary>The address that it was sent to, without a port unless the socket is transparent; none where the socket was bound to one address or does not know.</summary>
    public SocketAddress Destination(int room)
    {
        ReadOnlySpan<byte> control = _incoming.Controls.AsSpan(room * ControlBytes, (int)_incoming.Headers[room].msg_hdr.msg_controllen);
        if (control.Length < ControlHeaderBytes)
        {
            return default;
        }

        Libc.cmsghdr header = MemoryMarshal.Read<Libc.cmsghdr>(control);
        ReadOnlySpan<byte> data = control[ControlHeaderBytes..];
        return (header.cmsg_level, header.cmsg_type) switch
        {
            (Libc.IPPROTO_IP, Libc.IP_PKTINFO) => SocketAddress.FromIp(data[4..8], port: 0),
            (Libc.IPPROTO_IP, Libc.IP_ORIGDSTADDR) or (Libc.IPPROTO_IPV6, Libc.IPV6_ORIGDSTADDR) => SocketAddress.FromNative(data),
            (Libc.IPPROTO_IPV6, Libc.IPV6_PKTINFO) => SocketAddress.FromIp(data[..16], port: 0, IsLinkLocal(data) ? BitConverter.ToUInt32(data[16..]) : 0),
            _ => default,
        };
    }

    /// <summary>Nothing is to be sent.</summary>
    public void Clear() => (_added, Done) = (0, 0);

    /// <summary>A datagram that was received is to be sent, as it is by then, over a connected socket.</summary>
    /// <param name="room">Its room.</param>
    public unsafe void Add(int room) => Add(room, name: null, nameLength: 0, control: null, controlLength: 0);

    /// <summary>The same over a socket that is not connected.</summary>
    /// <param name="room">Its room.</param>
    /// <param name="to">Whom to.</param>
    /// <param name="from">The address of ours that it comes from, as <see cref="Destination"/> gave it; none for the socket's own.</param>
    public unsafe void Add(int room, in SocketAddress to, in SocketAddress from)
    {
        int nameLength = to.WriteNative(_outgoing.Names.AsSpan(_added * NameBytes, NameBytes));
        int controlLength = WriteControl(_outgoing.Controls.AsSpan(_added * ControlBytes, ControlBytes), from);
        byte* control = controlLength == 0 ? null : AddressOf(_outgoing.Controls) + (_added * ControlBytes);
        Add(room, AddressOf(_outgoing.Names) + (_added * NameBytes), nameLength, control, controlLength);
    }

    /// <summary>The room of one that was added.</summary>
    /// <param name="index">From 0, in the order of adding.</param>
    public int RoomOf(int index) => _roomOf[index];

    /// <summary>The first that is still to be sent is given up.</summary>
    public void Skip() => Done++;

    internal unsafe Errno Receive(int fd)
    {
        Count = 0;
        for (int i = 0; i < Capacity; i++)
        {
            _incoming.Headers[i].msg_hdr = new()
            {
                msg_name = AddressOf(_incoming.Names) + (i * NameBytes),
                msg_namelen = NameBytes,
                msg_iov = AddressOf(_incoming.Parts) + i,
                msg_iovlen = 1,
                msg_control = AddressOf(_incoming.Controls) + (i * ControlBytes),
                msg_controllen = ControlBytes,
            };
        }

        int received;
        do
        {
            received = KernelCalls.Receive(fd, AddressOf(_incoming.Headers), Capacity);
        }
        while (received < 0 && IoResult.IsInterrupted());
        if (received < 0)
        {
            return (Errno)Marshal.GetLastSystemError();
        }

        Count = received;
        return Errno.None;
    }

    /// <summary>Sends as many as can be sent before one fails; an error is that of the first unsent.</summary>
    internal unsafe Errno Send(int fd)
    {
        int sent;
        do
        {
            sent = KernelCalls.Send(fd, AddressOf(_outgoing.Headers) + Done, Unsent);
        }
        while (sent < 0 && IoResult.IsInterrupted());
        if (sent < 0)
        {
            return (Errno)Marshal.GetLastSystemError();
        }

        Done += sent;
        return Errno.None;
    }

    private unsafe void Add(int room, byte* name, int nameLength, byte* control, int controlLength)
    {
        _outgoing.Parts[_added] = new() { iov_base = AddressOf(_rooms) + (room * RoomBytes), iov_len = _incoming.Headers[room].msg_len };
        _outgoing.Headers[_added].msg_hdr = new()
        {
            msg_name = name,
            msg_namelen = (uint)nameLength,
            msg_iov = AddressOf(_outgoing.Parts) + _added,
            msg_iovlen = 1,
            msg_control = control,
            msg_controllen = (nuint)controlLength,
        };
        _roomOf[_added++] = room;
    }

    private static unsafe int WriteControl(Span<byte> control, in SocketAddress from)
    {
        Span<byte> data = control[ControlHeaderBytes..];
        switch (from.Kind)
        {
            case AddressKind.IPv4:
                // The interface is the routing's choice.
                data[..sizeof(Libc.in_pktinfo)].Clear();
                _ = from.CopyIp(data[4..]);
                return WriteHeader(control, Libc.IPPROTO_IP, Libc.IP_PKTINFO, sizeof(Libc.in_pktinfo));
            case AddressKind.IPv6:
                _ = from.CopyIp(data);
                BitConverter.TryWriteBytes(data[16..], from.Zone);
                return WriteHeader(control, Libc.IPPROTO_IPV6, Libc.IPV6_PKTINFO, sizeof(Libc.in6_pktinfo));
            default:
                return 0;
        }
    }

    // fe80::/10: an address of one interface; all others the routing finds.
    private static bool IsLinkLocal(ReadOnlySpan<byte> address) => address[0] == 0xfe && (address[1] & 0xc0) == 0x80;

    // CMSG_SPACE of the data, cmsg(3).
    private static int WriteHeader(Span<byte> control, int level, int type, int length)
    {
        Libc.cmsghdr header = new() { cmsg_len = (nuint)(ControlHeaderBytes + length), cmsg_level = level, cmsg_type = type };
        MemoryMarshal.Write(control, header);
        return ControlHeaderBytes + ((length + 7) & ~7);
    }

    private static unsafe T* AddressOf<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    private sealed class Side
    {
        public readonly Libc.mmsghdr[] Headers = GC.AllocateArray<Libc.mmsghdr>(Capacity, pinned: true);
        public readonly Libc.iovec[] Parts = GC.AllocateArray<Libc.iovec>(Capacity, pinned: true);
        public readonly byte[] Names = GC.AllocateArray<byte>(Capacity * NameBytes, pinned: true);
        public readonly byte[] Controls = GC.AllocateArray<byte>(Capacity * ControlBytes, pinned: true);
    }
}
