using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sluice.Http.Codec;

/// <summary>What a proxy says of the connection before its first byte: the PROXY protocol, versions 1 and 2.</summary>
/// <remarks>A header that only says that the proxy speaks for itself (LOCAL, UNKNOWN) names no client.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProxyHeader
{
    private readonly UInt128 _client;

    internal ProxyHeader(int length)
    {
        Length = length;
    }

    internal ProxyHeader(int length, ReadOnlySpan<byte> client, ushort port)
    {
        Length = length;
        AddressBytes = client.Length;
        Port = port;
        _client = client.Length == IpText.MostBytes
            ? BinaryPrimitives.ReadUInt128BigEndian(client)
            : BinaryPrimitives.ReadUInt32BigEndian(client);
    }

    /// <summary>Bytes of the header, to be consumed from the input.</summary>
    public int Length { get; }

    /// <summary>Bytes of the client's address: 4 or 16; 0 where it names none.</summary>
    public int AddressBytes { get; }

    /// <summary>The client's port.</summary>
    public ushort Port { get; }

    /// <summary>Writes the client's address in network order, and gives that part of the destination.</summary>
    /// <param name="destination">Room for 16 bytes.</param>
    public ReadOnlySpan<byte> CopyClient(Span<byte> destination)
    {
        Span<byte> address = destination[..AddressBytes];
        if (AddressBytes == IpText.MostBytes)
        {
            BinaryPrimitives.WriteUInt128BigEndian(address, _client);
        }
        else if (AddressBytes > 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(address, (uint)_client);
        }

        return address;
    }
}
