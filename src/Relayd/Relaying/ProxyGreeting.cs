using System;
using System.Buffers.Binary;

using Sluice.Engine.Io;

namespace Sluice.Relayd.Relaying;

/// <summary>The PROXY header that a host is sent before anything else (R-RELAY-40 to -42).</summary>
internal static class ProxyGreeting
{
    /// <summary>Enough for either version.</summary>
    public const int LongestLength = 128;

    private const int Version4Bytes = 4;
    private const int Version6Bytes = 16;

    private static ReadOnlySpan<byte> Signature => [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

    /// <summary>Writes a header.</summary>
    /// <param name="version">1 or 2.</param>
    /// <param name="client">Address and port of the client.</param>
    /// <param name="relay">The address that it connected to, and the relay's port.</param>
    /// <param name="destination">Room for <see cref="LongestLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(int version, in SocketAddress client, in SocketAddress relay, Span<byte> destination)
    {
        bool isVersion4 = client.Kind == AddressKind.IPv4 && relay.Kind == AddressKind.IPv4;
        SocketAddress source = isVersion4 ? client : Mapped(client);
        SocketAddress target = isVersion4 ? relay : Mapped(relay);
        return version == 1 ? WriteText(source, target, destination) : WriteBinary(source, target, destination);
    }

    private static int WriteText(in SocketAddress source, in SocketAddress target, Span<byte> destination)
    {
        int length = Append(source.Kind == AddressKind.IPv4 ? "PROXY TCP4 "u8 : "PROXY TCP6 "u8, destination);
        length += source.WriteHost(destination[length..]);
        destination[length++] = (byte)' ';
        length += target.WriteHost(destination[length..]);
        destination[length++] = (byte)' ';
        _ = source.Port.TryFormat(destination[length..], out int written);
        length += written;
        destination[length++] = (byte)' ';
        _ = target.Port.TryFormat(destination[length..], out written);
        length += written;
        return length + Append("\r\n"u8, destination[length..]);
    }

    private static int WriteBinary(in SocketAddress source, in SocketAddress target, Span<byte> destination)
    {
        const byte VersionAndCommand = 0x21;
        const byte Tcp4 = 0x11;
        const byte Tcp6 = 0x21;
        bool isVersion4 = source.Kind == AddressKind.IPv4;
        int addressBytes = isVersion4 ? Version4Bytes : Version6Bytes;
        int length = Append(Signature, destination);
        destination[length++] = VersionAndCommand;
        destination[length++] = isVersion4 ? Tcp4 : Tcp6;
        BinaryPrimitives.WriteUInt16BigEndian(destination[length..], (ushort)(2 * (addressBytes + sizeof(ushort))));
        length += sizeof(ushort);
        length += source.CopyIp(destination[length..]);
        length += target.CopyIp(destination[length..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[length..], (ushort)source.Port);
        length += sizeof(ushort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[length..], (ushort)target.Port);
        return length + sizeof(ushort);
    }

    // Where a proxy before us named a client of the other family.
    private static SocketAddress Mapped(in SocketAddress address)
    {
        if (address.Kind != AddressKind.IPv4)
        {
            return SocketAddress.FromIp(Bytes(address, stackalloc byte[Version6Bytes]), address.Port);
        }

        Span<byte> mapped = stackalloc byte[Version6Bytes];
        mapped.Clear();
        (mapped[10], mapped[11]) = (byte.MaxValue, byte.MaxValue);
        _ = address.CopyIp(mapped[12..]);
        return SocketAddress.FromIp(mapped, address.Port);
    }

    // Without the zone, which means nothing to others.
    private static Span<byte> Bytes(in SocketAddress address, Span<byte> destination) => destination[..address.CopyIp(destination)];

    private static int Append(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
