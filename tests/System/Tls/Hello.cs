using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.System.Tls;

/// <summary>The hello of a client of TLS 1.3 (RFC 8446 4.1.2), byte by byte: X25519, ECDSA with P-256, AES-128-GCM.</summary>
internal static class Hello
{
    private const int MostInRecord = 16384;

    /// <summary>Its records, as they are sent.</summary>
    /// <param name="serverName">What the extension server_name contains (RFC 6066 3); null where there is none.</param>
    public static byte[] Records(byte[]? serverName = null)
    {
        // Any 32 bytes are a public key.
        byte[] extensions =
        [
            .. serverName is null ? [] : Extension(0x00, serverName),
            .. Extension(0x2b, [0x02, 0x03, 0x04]),
            .. Extension(0x0a, [0x00, 0x02, 0x00, 0x1d]),
            .. Extension(0x0d, [0x00, 0x02, 0x04, 0x03]),
            .. Extension(0x33, [0x00, 0x24, 0x00, 0x1d, 0x00, 0x20, .. Filled(32, 9)]),
        ];
        byte[] body =
        [
            0x03, 0x03, .. Filled(32, 0x2a), 32, .. Filled(32, 0x2b), 0x00, 0x02, 0x13, 0x01, 0x01, 0x00, .. Number(extensions.Length), .. extensions,
        ];
        byte[] message = [0x01, (byte)(body.Length >> 16), .. Number(body.Length & 0xffff), .. body];
        List<byte> records = [];
        foreach (byte[] part in message.Chunk(MostInRecord))
        {
            records.AddRange([0x16, 0x03, 0x01, .. Number(part.Length), .. part]);
        }

        return [.. records];
    }

    /// <summary>A list with one host, for the extension server_name.</summary>
    public static byte[] Name(byte[] host) => [.. Number(host.Length + 3), 0x00, .. Number(host.Length), .. host];

    private static byte[] Extension(byte type, byte[] content) => [0x00, type, .. Number(content.Length), .. content];

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    private static byte[] Filled(int count, byte value)
    {
        byte[] bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
