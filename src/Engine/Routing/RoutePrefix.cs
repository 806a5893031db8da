using System;
using System.Net;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Engine.Routing;

/// <summary>A network as the kernel's routes name it.</summary>
/// <param name="Address">Its first address, without zone and port.</param>
/// <param name="Length">How many leading bits count.</param>
public readonly record struct RoutePrefix(SocketAddress Address, int Length)
{
    /// <summary>Bits of an address of IPv4.</summary>
    public const int Version4Bits = 32;

    /// <summary>Bits of an address of IPv6.</summary>
    public const int Version6Bits = 128;

    private const int BitsOfByte = 8;

    /// <summary>The network that an address is in.</summary>
    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <param name="length">Up to its bits; the others do not matter.</param>
    public static RoutePrefix Of(ReadOnlySpan<byte> address, int length)
    {
        Span<byte> first = stackalloc byte[Version6Bits / BitsOfByte];
        first = first[..address.Length];
        for (int i = 0; i < first.Length; i++)
        {
            int bits = int.Clamp(length - (i * BitsOfByte), 0, BitsOfByte);
            first[i] = (byte)(address[i] & (byte.MaxValue << (BitsOfByte - bits)));
        }

        return new RoutePrefix(SocketAddress.FromIp(first, port: 0), length);
    }

    /// <summary>As <c>192.0.2.0/24</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Version6Bits / BitsOfByte];
        return $"{new IPAddress(bytes[..Address.CopyIp(bytes)])}/{Length}";
    }
}
