using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Netlink;

/// <summary>A message or an attribute of netlink(7), as it lies in a buffer.</summary>
/// <param name="Type">Without flags.</param>
/// <param name="Start">Where its content begins.</param>
/// <param name="End">Where its content ends.</param>
internal readonly record struct NetlinkPart(int Type, int Start, int End);

/// <summary>Messages of netlink(7) and their attributes, read and written. What does not fit ends the reading.</summary>
internal static class NetlinkText
{
    /// <summary>Bytes of a message's header.</summary>
    public const int HeaderBytes = 16;

    /// <summary>Bytes of netfilter's own header behind it.</summary>
    public const int FamilyBytes = 4;

    private const int SequenceOffset = 8;
    private const int AttributeBytes = 4;
    private const int Alignment = 4;

    /// <summary>The message at a place, and where the next one is.</summary>
    public static bool TryReadMessage(ReadOnlySpan<byte> buffer, ref int at, out NetlinkPart message)
    {
        message = default;
        if (buffer.Length - at < HeaderBytes)
        {
            return false;
        }

        Libc.nlmsghdr header = MemoryMarshal.Read<Libc.nlmsghdr>(buffer[at..]);
        if (header.nlmsg_len < HeaderBytes || header.nlmsg_len > (uint)(buffer.Length - at))
        {
            return false;
        }

        message = new NetlinkPart(header.nlmsg_type, at + HeaderBytes, at + (int)header.nlmsg_len);
        at = int.Min(buffer.Length, at + Aligned((int)header.nlmsg_len));
        return true;
    }

    /// <summary>The attribute of a type among those between two places; false where there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> buffer, int start, int end, int type, out NetlinkPart found)
    {
        while (end - start >= AttributeBytes)
        {
            int length = MemoryMarshal.Read<ushort>(buffer[start..]);
            if (length < AttributeBytes || length > end - start)
            {
                break;
            }

            found = new NetlinkPart(MemoryMarshal.Read<ushort>(buffer[(start + 2)..]) & Libc.NLA_TYPE_MASK, start + AttributeBytes, start + length);
            if (found.Type == type)
            {
                return true;
            }

            start += int.Min(end - start, Aligned(length));
        }

        found = default;
        return false;
    }

    /// <summary>Where the attribute behind one begins.</summary>
    public static int Behind(NetlinkPart attribute) => Aligned(attribute.End);

    /// <summary>The same, within an attribute.</summary>
    public static bool TryFind(ReadOnlySpan<byte> buffer, NetlinkPart within, int type, out NetlinkPart found) =>
        TryFind(buffer, within.Start, within.End, type, out found);

    /// <summary>Begins a message of netfilter; its length comes with <see cref="End"/>.</summary>
    /// <returns>Where the first attribute belongs.</returns>
    public static int Begin(Span<byte> buffer, int subsystem, int kind, int flags, int family) =>
        Begin(buffer, (subsystem << 8) | kind, flags, new Libc.nfgenmsg { nfgen_family = (byte)family });

    /// <summary>Begins a message of any kind; its length comes with <see cref="End"/>.</summary>
    /// <param name="buffer">Where it is written.</param>
    /// <param name="type">What it is.</param>
    /// <param name="flags">Beside that it is a request.</param>
    /// <param name="own">The header of its kind.</param>
    /// <returns>Where the first attribute belongs.</returns>
    public static int Begin<T>(Span<byte> buffer, int type, int flags, T own)
        where T : unmanaged
    {
        Libc.nlmsghdr header = new() { nlmsg_type = (ushort)type, nlmsg_flags = (ushort)(Libc.NLM_F_REQUEST | flags) };
        MemoryMarshal.Write(buffer, in header);
        MemoryMarshal.Write(buffer[HeaderBytes..], in own);
        return HeaderBytes + Aligned(Unsafe.SizeOf<T>());
    }

    /// <summary>Adds an attribute.</summary>
    /// <returns>Where the next one belongs.</returns>
    public static int Add(Span<byte> buffer, int at, int type, ReadOnlySpan<byte> content)
    {
        BitConverter.TryWriteBytes(buffer[at..], (ushort)(AttributeBytes + content.Length));
        BitConverter.TryWriteBytes(buffer[(at + 2)..], (ushort)type);
        content.CopyTo(buffer[(at + AttributeBytes)..]);
        int end = at + AttributeBytes + content.Length;
        int next = at + Aligned(AttributeBytes + content.Length);
        buffer[end..next].Clear();
        return next;
    }

    /// <summary>Adds an attribute that is a number.</summary>
    /// <returns>Where the next one belongs.</returns>
    public static int Add(Span<byte> buffer, int at, int type, uint number)
    {
        Span<byte> content = stackalloc byte[sizeof(uint)];
        _ = BitConverter.TryWriteBytes(content, number);
        return Add(buffer, at, type, content);
    }

    /// <summary>Begins an attribute that holds others; its length comes with <see cref="EndNest"/>.</summary>
    /// <returns>Where the first of them belongs.</returns>
    public static int BeginNest(Span<byte> buffer, int at, int type)
    {
        BitConverter.TryWriteBytes(buffer[(at + 2)..], (ushort)(type | Libc.NLA_F_NESTED));
        return at + AttributeBytes;
    }

    /// <summary>Writes the length of an attribute that holds others.</summary>
    /// <param name="buffer">Where it is.</param>
    /// <param name="first">What <see cref="BeginNest"/> returned.</param>
    /// <param name="end">Where the next one belongs.</param>
    public static int EndNest(Span<byte> buffer, int first, int end)
    {
        BitConverter.TryWriteBytes(buffer[(first - AttributeBytes)..], checked((ushort)(end - first + AttributeBytes)));
        return end;
    }

    /// <summary>Writes the length of the message.</summary>
    public static Span<byte> End(Span<byte> buffer, int at)
    {
        BitConverter.TryWriteBytes(buffer, at);
        return buffer[..at];
    }

    /// <summary>Numbers a whole message, so that its answer is known.</summary>
    public static void SetSequence(Span<byte> message, uint sequence) => BitConverter.TryWriteBytes(message[SequenceOffset..], sequence);

    /// <summary>The number of the request that a message answers.</summary>
    public static uint SequenceOf(ReadOnlySpan<byte> buffer, NetlinkPart message) => HeaderOf(buffer, message).nlmsg_seq;

    /// <summary>The socket that asked for what a message tells; 0 for the kernel itself.</summary>
    public static uint PortOf(ReadOnlySpan<byte> buffer, NetlinkPart message) => HeaderOf(buffer, message).nlmsg_pid;

    /// <summary>Flags of a message.</summary>
    public static int FlagsOf(ReadOnlySpan<byte> buffer, NetlinkPart message) => HeaderOf(buffer, message).nlmsg_flags;

    /// <summary>The number that an attribute has; 0 where it is too short for one.</summary>
    public static uint Number(ReadOnlySpan<byte> buffer, NetlinkPart part) =>
        part.End - part.Start < sizeof(uint) ? 0 : MemoryMarshal.Read<uint>(buffer[part.Start..]);

    /// <summary>The error that a message of that kind tells of; none for an acknowledgement.</summary>
    public static Errno ErrorOf(ReadOnlySpan<byte> buffer, NetlinkPart message) =>
        message.End - message.Start < sizeof(int) ? Errno.InvalidArgument : (Errno)unchecked(-MemoryMarshal.Read<int>(buffer[message.Start..]));

    /// <summary>A port, as it travels.</summary>
    public static int Port(ReadOnlySpan<byte> buffer, NetlinkPart part) =>
        part.End - part.Start < sizeof(ushort) ? 0 : BinaryPrimitives.ReadUInt16BigEndian(buffer[part.Start..]);

    private static Libc.nlmsghdr HeaderOf(ReadOnlySpan<byte> buffer, NetlinkPart message) =>
        MemoryMarshal.Read<Libc.nlmsghdr>(buffer[(message.Start - HeaderBytes)..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Aligned(int length) => (length + Alignment - 1) & ~(Alignment - 1);
}
