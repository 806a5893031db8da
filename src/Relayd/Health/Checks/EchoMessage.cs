using System;
using System.Buffers.Binary;

using Sluice.Engine.Io;

namespace Sluice.Relayd.Health.Checks;

/// <summary>An echo request, and the reply to it: ICMP (RFC 792) or ICMPv6 (RFC 4443 4), 64 bytes.</summary>
/// <param name="Identifier">Which process asks.</param>
/// <param name="Place">The host's place on the board.</param>
/// <param name="Nonce">What nobody can know who has not got the request; so a reply to an earlier one is none to this.</param>
internal readonly record struct EchoMessage(ushort Identifier, int Place, ulong Nonce)
{
    /// <summary>Bytes of a message.</summary>
    public const int Length = 64;

    private const int ChecksumOffset = 2;
    private const int IdentifierOffset = 4;
    private const int SequenceOffset = 6;
    private const int PlaceOffset = 8;
    private const int NonceOffset = 12;

    /// <summary>Writes a request.</summary>
    /// <param name="message">Room for <see cref="Length"/> bytes.</param>
    /// <param name="kind">IPv4 or IPv6; there the kernel computes the checksum.</param>
    /// <param name="sequence">Counts the requests.</param>
    public void WriteRequest(Span<byte> message, AddressKind kind, ushort sequence)
    {
        message = message[..Length];
        message.Clear();
        message[0] = kind == AddressKind.IPv6 ? (byte)128 : (byte)8;
        BinaryPrimitives.WriteUInt16BigEndian(message[IdentifierOffset..], Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message[SequenceOffset..], sequence);
        BinaryPrimitives.WriteInt32BigEndian(message[PlaceOffset..], Place);
        BinaryPrimitives.WriteUInt64BigEndian(message[NonceOffset..], Nonce);
        if (kind == AddressKind.IPv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message[ChecksumOffset..], Checksum(message));
        }
    }

    /// <summary>False for what is no reply to a request of this kind. The kernel has looked at the checksum.</summary>
    public static bool TryReadReply(ReadOnlySpan<byte> message, AddressKind kind, out EchoMessage reply)
    {
        reply = default;
        if (message.Length != Length || message[0] != (kind == AddressKind.IPv6 ? 129 : 0) || message[1] != 0)
        {
            return false;
        }

        reply = new EchoMessage(
            BinaryPrimitives.ReadUInt16BigEndian(message[IdentifierOffset..]),
            BinaryPrimitives.ReadInt32BigEndian(message[PlaceOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(message[NonceOffset..]));
        return true;
    }

    // RFC 1071, over an even number of bytes.
    private static ushort Checksum(ReadOnlySpan<byte> message)
    {
        uint sum = 0;
        for (int i = 0; i < message.Length; i += sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(message[i..]);
        }

        sum = (sum & ushort.MaxValue) + (sum >> 16);
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)(~sum & ushort.MaxValue);
    }
}
