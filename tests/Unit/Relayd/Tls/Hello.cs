using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Sluice.Unit.Relayd.Tls;

/// <summary>Hellos of clients, part by part.</summary>
internal static class Hello
{
    private const int LongestRecord = 16384;

    /// <summary>One as browsers send it: values that mean nothing among those that do, a key share of a post-quantum group, and an encrypted hello inside.</summary>
    public static byte[] OfBrowser(string name) => Records(Message(
        [
            .. Extension(0x3a3a, []),
            .. Extension(0x0033, [.. Number(1259), .. Number(0x3a3a), .. Number(1), 0, .. Number(0x11ec), .. Number(1216), .. Filled(1216), .. Number(0x001d), .. Number(32), .. Filled(32)]),
            .. Extension(0xfe0d, [0, 0, 1, 0, 1, 7, .. Number(32), .. Filled(32), .. Number(176), .. Filled(176)]),
            .. Extension(0x0000, Name(name)),
            .. Extension(0x0010, [0, 12, 2, (byte)'h', (byte)'2', 8, .. "http/1.1"u8]),
            .. Extension(0x4a4a, [0]),
        ]));

    /// <summary>A short one for a name.</summary>
    public static byte[] For(string name) => Records(Message(Extension(0, Name(name))));

    /// <summary>What the extension server_name has for a host.</summary>
    public static byte[] Name(string host) => [.. Number(host.Length + 3), 0, .. Number(host.Length), .. Encoding.Latin1.GetBytes(host)];

    public static byte[] Extension(int type, byte[] content) => [.. Number(type), .. Number(content.Length), .. content];

    /// <summary>The message with these extensions, or with none at all.</summary>
    public static byte[] Message(byte[]? extensions) => Whole(
    [
        3, 3, .. Filled(32), 32, .. Filled(32), .. Number(6), 0x2a, 0x2a, 0x13, 0x01, 0xc0, 0x2b, 1, 0, .. extensions is null ? [] : Number(extensions.Length), .. extensions ?? [],
    ]);

    /// <summary>A message with this body.</summary>
    public static byte[] Whole(byte[] body) => [1, (byte)(body.Length >> 16), .. Number(body.Length & 0xffff), .. body];

    /// <summary>A message in records of at most so many bytes.</summary>
    public static byte[] Records(byte[] message, int most = LongestRecord)
    {
        IEnumerable<byte> records = message.Chunk(most).SelectMany(static part => (byte[])[22, 3, 1, .. Number(part.Length), .. part]);
        return [.. records];
    }

    public static byte[] Number(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    private static byte[] Filled(int count)
    {
        byte[] bytes = new byte[count];
        bytes.AsSpan().Fill(0x5a);
        return bytes;
    }
}
