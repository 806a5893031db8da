using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Sluice.System.FastCgi;

/// <summary>One request as it came to the application, and the ways to answer it, the wrong ones too.</summary>
internal sealed class Request
{
    private const int KeepConnection = 1, FlagsAt = 2;

    private readonly RecordStream _records;
    private readonly bool _asksToKeep;
    private bool _isWhole;
    private bool _isBroken;

    private Request(RecordStream records, bool asksToKeep)
    {
        _records = records;
        IsFirst = records.Requests++ == 0;
        _asksToKeep = asksToKeep;
    }

    /// <summary>Whether it is the first one on its connection.</summary>
    public bool IsFirst { get; }

    /// <summary>Whether the connection is kept: httpd asks for it, and the test has not ended it.</summary>
    public bool IsKept => _asksToKeep && !_isBroken;

    /// <summary>Names and values in the order in which they came.</summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; private set; } = [];

    /// <summary>How many records of body came so far, the empty one at the end with them.</summary>
    public int BodyRecords { get; private set; }

    /// <summary>The next request up to the end of its parameters; null at the end of the connection.</summary>
    public static Request? Read(RecordStream records)
    {
        if (!records.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> content))
        {
            return null;
        }

        if (kind != RecordKind.BeginRequest || content.Length != 8 || content.Span[1] != 1)
        {
            throw new IOException($"a request begins with {kind} of {content.Length} bytes");
        }

        Request request = new(records, (content.Span[FlagsAt] & KeepConnection) != 0);
        MemoryStream parameters = new();
        while (records.TryRead(out kind, out content) && kind == RecordKind.Params && content.Length > 0)
        {
            parameters.Write(content.Span);
        }

        request.Parameters = [.. Pairs(parameters.ToArray())];
        return request;
    }

    /// <summary>The value of the last parameter with this name, as most applications see it.</summary>
    public string? this[string name] => Parameters.LastOrDefault(pair => pair.Name == name).Value;

    /// <summary>The whole body.</summary>
    public byte[] Body()
    {
        MemoryStream body = new();
        ReadBody(piece => body.Write(piece.Span));
        return body.ToArray();
    }

    /// <summary>Reads the body and keeps nothing of it; the bytes that came.</summary>
    public long ReadBody(Action<ReadOnlyMemory<byte>>? take = null)
    {
        long count = 0;
        while (!_isWhole)
        {
            if (!_records.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> content) || kind != RecordKind.Stdin)
            {
                throw new IOException("the body has no end");
            }

            BodyRecords++;
            _isWhole = content.Length == 0;
            count += content.Length;
            take?.Invoke(content);
        }

        return count;
    }

    public void ReadRest() => ReadBody();

    /// <summary>One record of the answer, of at most 65,535 bytes.</summary>
    public Request Out(ReadOnlySpan<byte> content, byte padding = 0) => Raw(RecordStream.Record(RecordKind.Stdout, content, padding));

    public Request Out(string text) => Out(Encoding.Latin1.GetBytes(text));

    public Request OutUnlessEmpty(ReadOnlySpan<byte> content) => content.IsEmpty ? this : Out(content);

    public Request Error(string text) => Raw(RecordStream.Record(RecordKind.Stderr, Encoding.Latin1.GetBytes(text)));

    /// <summary>Any bytes at all.</summary>
    public Request Raw(ReadOnlySpan<byte> bytes)
    {
        _records.Write(bytes);
        return this;
    }

    /// <summary>The end of the answer as applications of today send it.</summary>
    /// <param name="behind">What comes with it and should not.</param>
    public Request End(params ReadOnlySpan<byte> behind) =>
        Raw([.. RecordStream.Record(RecordKind.Stdout, []), .. RecordStream.Record(RecordKind.EndRequest, new byte[8]), .. behind]);

    /// <summary>The end without the empty record before it.</summary>
    public Request EndOnly() => Raw(RecordStream.Record(RecordKind.EndRequest, new byte[8]));

    /// <summary>Reads the whole request, then answers with this text.</summary>
    public void Answer(string text)
    {
        ReadRest();
        Out(text).End();
    }

    /// <summary>Ends the connection.</summary>
    public void Close()
    {
        _isBroken = true;
        _records.End();
    }

    /// <summary>Breaks the connection.</summary>
    public void Break()
    {
        _isBroken = true;
        _records.Break();
    }

    private static IEnumerable<(string Name, string Value)> Pairs(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int name = Length(bytes, ref at), value = Length(bytes, ref at);
            yield return (Encoding.Latin1.GetString(bytes, at, name), Encoding.Latin1.GetString(bytes, at + name, value));
            at += name + value;
        }
    }

    // One byte up to 127, else four with the highest bit set.
    private static int Length(byte[] bytes, ref int at)
    {
        int first = bytes[at];
        at += first < 128 ? 1 : 4;
        return first < 128 ? first : (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at - 4)) & int.MaxValue);
    }
}
