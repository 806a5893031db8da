using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>What kind of address a <see cref="SocketAddress"/> is.</summary>
public enum AddressKind
{
    /// <summary>None: the default value.</summary>
    None,

    /// <summary>ip(7).</summary>
    IPv4,

    /// <summary>ipv6(7).</summary>
    IPv6,

    /// <summary>unix(7).</summary>
    Unix,
}

/// <summary>Where a socket is or whom it talks to: an IP address with a port, or the path of a unix socket.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct SocketAddress : IEquatable<SocketAddress>
{
    /// <summary>Enough for <see cref="Write"/>, whatever the address: a path of unix(7), or an IPv6 address with zone and port.</summary>
    public const int LongestText = 112;

    internal const int LongestPath = 107;

    // sizeof(sockaddr_un), the longest of the three.
    internal const int NativeSize = 110;

    // The address in the order of its bytes; IPv4 has its four at the start of _high.
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly byte[]? _path;
    private readonly ushort _port;

    private SocketAddress(AddressKind kind, ulong high, ulong low, int port, uint zone)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        Kind = kind;
        _high = high;
        _low = low;
        _port = (ushort)port;
        Zone = zone;
    }

    private SocketAddress(byte[] path)
    {
        Kind = AddressKind.Unix;
        _path = path;
    }

    /// <summary>Which of the other members say something.</summary>
    public AddressKind Kind { get; }

    /// <summary>0 to 65,535; 0 where there is none, and in a bind for "any free one".</summary>
    public int Port => _port;

    /// <summary>The interface's index of a link-local IPv6 address, or 0.</summary>
    public uint Zone { get; }

    /// <summary>The path of a unix socket, else empty; unnamed ones have none, abstract names begin with NUL.</summary>
    public ReadOnlySpan<byte> Path => _path;

    /// <summary>Whether it stands for every address of the host: 0.0.0.0 or ::.</summary>
    public bool IsWildcard => Kind is AddressKind.IPv4 or AddressKind.IPv6 && _high == 0 && _low == 0;

    internal int Family => Kind switch
    {
        AddressKind.IPv4 => Libc.AF_INET,
        AddressKind.IPv6 => Libc.AF_INET6,
        AddressKind.Unix => Libc.AF_UNIX,
        _ => 0,
    };

    /// <summary>An IP address and a port.</summary>
    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <param name="port">0 to 65,535.</param>
    /// <param name="zone">The interface's index of a link-local IPv6 address, or 0.</param>
    public static SocketAddress FromIp(ReadOnlySpan<byte> address, int port, uint zone = 0) => address.Length switch
    {
        4 => new(AddressKind.IPv4, (ulong)BinaryPrimitives.ReadUInt32BigEndian(address) << 32, 0, port, 0),
        16 => new(
            AddressKind.IPv6,
            BinaryPrimitives.ReadUInt64BigEndian(address),
            BinaryPrimitives.ReadUInt64BigEndian(address[8..]),
            port,
            zone),
        _ => throw new ArgumentException("An IP address has 4 or 16 bytes.", nameof(address)),
    };

    /// <summary>A unix socket.</summary>
    /// <param name="path">1 to 107 bytes.</param>
    public static SocketAddress FromUnix(ReadOnlySpan<byte> path)
    {
        return path.Length is > 0 and <= LongestPath
            ? new SocketAddress(path.ToArray())
            : throw new ArgumentException("The path of a unix socket has 1 to 107 bytes.", nameof(path));
    }

    /// <summary>Compares all that makes up the address.</summary>
    public static bool operator ==(SocketAddress left, SocketAddress right)
    {
        return left.Equals(right);
    }

    /// <summary>Compares all that makes up the address.</summary>
    public static bool operator !=(SocketAddress left, SocketAddress right)
    {
        return !left.Equals(right);
    }

    /// <summary>Reads what <see cref="Write"/> writes: "192.0.2.1:80", "[2001:db8::1]:80", or a path.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SocketAddress address) =>
        SocketAddressText.TryParse(text, out address);

    /// <summary>The same address with another port.</summary>
    public SocketAddress WithPort(int port) =>
        Kind is AddressKind.IPv4 or AddressKind.IPv6 ? new(Kind, _high, _low, port, Zone) : this;

    /// <summary>The bytes of the IP address in network order; allocates nothing.</summary>
    /// <param name="destination">Room for 16 bytes.</param>
    /// <returns>4 or 16; 0 where it is no IP address.</returns>
    public int CopyIp(Span<byte> destination)
    {
        switch (Kind)
        {
            case AddressKind.IPv4:
                BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)(_high >> 32));
                return 4;
            case AddressKind.IPv6:
                BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
                BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
                return 16;
            default:
                return 0;
        }
    }

    /// <summary>Writes "192.0.2.1:80", "[2001:db8::1]:80" (RFC 5952) or the path; allocates nothing.</summary>
    /// <param name="destination">Room for <see cref="LongestText"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> destination) => SocketAddressText.Write(this, destination);

    /// <summary>Writes the IP address alone, without brackets and port, or the path; allocates nothing.</summary>
    /// <inheritdoc cref="Write"/>
    public int WriteHost(Span<byte> destination) => SocketAddressText.WriteHost(this, destination);

    /// <inheritdoc/>
    public bool Equals(SocketAddress other) =>
        Kind == other.Kind && _high == other._high && _low == other._low && _port == other._port &&
        Zone == other.Zone && Path.SequenceEqual(other.Path);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SocketAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(HashCode.Combine(Kind, _high, _low, _port, Zone));
        hash.AddBytes(Path);
        return hash.ToHashCode();
    }

    /// <summary>As <see cref="Write"/>.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[LongestText];
        return Encoding.UTF8.GetString(text[..Write(text)]);
    }

    // As the kernel wants it; the result is the length.
    internal int WriteNative(Span<byte> destination)
    {
        destination[..NativeSize].Clear();
        BitConverter.TryWriteBytes(destination, (ushort)Family);
        switch (Kind)
        {
            case AddressKind.IPv4:
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], _port);
                _ = CopyIp(destination[4..]);
                return 16;
            case AddressKind.IPv6:
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], _port);
                _ = CopyIp(destination[8..]);
                BitConverter.TryWriteBytes(destination[24..], Zone);
                return 28;
            default:
                // A path ends with a NUL, an abstract name with its length.
                Path.CopyTo(destination[2..]);
                return 2 + Path.Length + (Path.StartsWith((byte)0) ? 0 : 1);
        }
    }

    internal static SocketAddress FromNative(ReadOnlySpan<byte> native)
    {
        switch (native.Length < 2 ? 0 : BitConverter.ToUInt16(native))
        {
            case Libc.AF_INET:
                return FromIp(native[4..8], BinaryPrimitives.ReadUInt16BigEndian(native[2..]));
            case Libc.AF_INET6:
                return FromIp(
                    native[8..24], BinaryPrimitives.ReadUInt16BigEndian(native[2..]), BitConverter.ToUInt32(native[24..]));
            case Libc.AF_UNIX:
                ReadOnlySpan<byte> path = native[2..];
                return new SocketAddress(
                    (path.StartsWith((byte)0) ? path : path[..path.IndexOfOrLength(0)]).ToArray());
            default:
                return default;
        }
    }
}
