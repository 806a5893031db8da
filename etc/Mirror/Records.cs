using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Sluice.Mirror;

/// <summary>A request as it came.</summary>
internal sealed record Request(bool IsKept, IReadOnlyList<(string Name, string Value)> Parameters, string Body);

/// <summary>The records of one connection, FastCGI 1.0: one request after the other, each with the number 1.</summary>
internal sealed class Records(Stream stream)
{
    private const int HeadLength = 8, EndLength = 8, LongestContent = 65535, MostBytes = 1024 * 1024;
    private const byte Version = 1, Id = 1, KeepConnection = 1;
    private const byte BeginRequest = 1, EndRequest = 3, Params = 4, Stdin = 5, Stdout = 6;

    private readonly byte[] _head = new byte[HeadLength];

    /// <summary>The next request; null at the end of the connection.</summary>
    /// <exception cref="IOException">What came is no request, or more than 1 MiB.</exception>
    public Request? Read()
    {
        if (ReadRecord() is not (BeginRequest, { Length: > 2 } begin))
        {
            return null;
        }

        byte[] parameters = ReadAll(Params), body = ReadAll(Stdin);
        return new Request((begin[2] & KeepConnection) != 0, [.. Pairs(parameters)], Encoding.UTF8.GetString(body));
    }

    /// <summary>Sends head and body, and the end.</summary>
    public void Answer(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        for (; !rest.IsEmpty; rest = rest[Math.Min(LongestContent, rest.Length)..])
        {
            Write(Stdout, rest[..Math.Min(LongestContent, rest.Length)]);
        }

        Write(Stdout, []);
        Write(EndRequest, stackalloc byte[EndLength]);
        stream.Flush();
    }

    /// <summary>The contents of all records of a kind up to the empty one.</summary>
    private byte[] ReadAll(byte kind)
    {
        using MemoryStream all = new();
        while (true)
        {
            (byte came, byte[] content) = ReadRecord() ?? throw new IOException("the connection ended within a request");
            if (came != kind || all.Length > MostBytes)
            {
                throw new IOException($"a record of kind {came} is not expected here, or the request is too large");
            }

            if (content.Length == 0)
            {
                return all.ToArray();
            }

            all.Write(content);
        }
    }

    private (byte Kind, byte[] Content)? ReadRecord()
    {
        if (stream.ReadAtLeast(_head, HeadLength, throwOnEndOfStream: false) < HeadLength)
        {
            return null;
        }

        byte[] content = new byte[BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(4))];
        byte kind = _head[1], padding = _head[6];
        stream.ReadExactly(content);
        stream.ReadExactly(new byte[padding]);
        return (kind, content);
    }

    private void Write(byte kind, ReadOnlySpan<byte> content)
    {
        Span<byte> head = [Version, kind, 0, Id, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[4..], (ushort)content.Length);
        stream.Write(head);
        stream.Write(content);
    }

    private static IEnumerable<(string Name, string Value)> Pairs(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int name = Length(bytes, ref at), value = Length(bytes, ref at);
            yield return (Encoding.UTF8.GetString(bytes, at, name), Encoding.UTF8.GetString(bytes, at + name, value));
            at += name + value;
        }
    }

    // One byte up to 127, else four of which the first has its highest bit set.
    private static int Length(byte[] bytes, ref int at)
    {
        bool isLong = bytes[at] > sbyte.MaxValue;
        int length = isLong ? BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)) & int.MaxValue : bytes[at];
        at += isLong ? 4 : 1;
        return length;
    }
}
