using System;
using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Sluice.Configuration.Wire;

/// <summary>
/// Reads what <see cref="SliceWriter"/> wrote. Never reads past the end: what is missing or out of range sets
/// <see cref="Failed"/> and everything after it reads as zero or empty.
/// </summary>
/// <param name="bytes">The whole slice.</param>
public sealed class SliceReader(ReadOnlyMemory<byte> bytes)
{
    private int _offset;

    /// <summary>Whether the bytes are not what a writer wrote.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether everything was read.</summary>
    public bool IsAtEnd => _offset == bytes.Length;

    /// <summary>A number.</summary>
    public long Number()
    {
        ReadOnlySpan<byte> number = Take(sizeof(long));
        return Failed ? 0 : BinaryPrimitives.ReadInt64LittleEndian(number);
    }

    /// <summary>A number within a range; the least of it after a failure.</summary>
    /// <param name="least">The least possible.</param>
    /// <param name="most">The most possible.</param>
    public long Number(long least, long most)
    {
        long number = Number();
        if (Failed || number < least || number > most)
        {
            Failed = true;
            return least;
        }

        return number;
    }

    /// <summary>A number from 0 to a most, such as the value of an enumeration.</summary>
    /// <param name="most">At most 255.</param>
    public int Small(int most)
    {
        ReadOnlySpan<byte> number = Take(1);
        if (Failed || number[0] > most)
        {
            Failed = true;
            return 0;
        }

        return number[0];
    }

    /// <summary>Whether something is there or so.</summary>
    public bool Flag() => Small(1) == 1;

    /// <summary>How many members follow: never more than there are bytes left.</summary>
    public int Count()
    {
        ReadOnlySpan<byte> number = Take(sizeof(int));
        int count = Failed ? 0 : BinaryPrimitives.ReadInt32LittleEndian(number);
        if (count < 0 || count > bytes.Length - _offset)
        {
            Failed = true;
            return 0;
        }

        return count;
    }

    /// <summary>A string.</summary>
    public string Text() => Encoding.Latin1.GetString(Take(Count()));

    /// <summary>A string or nothing.</summary>
    public string? OptionalText() => Flag() ? Text() : null;

    /// <summary>An address with its scope.</summary>
    public IPAddress Address()
    {
        int length = Small(16);
        if (length is not (4 or 16))
        {
            Failed = true;
            return IPAddress.Any;
        }

        ReadOnlySpan<byte> address = Take(length);
        long scope = Number(0, length == 16 ? uint.MaxValue : 0);
        return Failed ? IPAddress.Any : length == 4 ? new IPAddress(address) : new IPAddress(address, scope);
    }

    /// <summary>An address and a port.</summary>
    public IPEndPoint EndPoint() => new(Address(), (int)Number(0, 65535));

    /// <summary>A list.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="member">Reads one member, which takes at least one byte.</param>
    public Sequence<T> List<T>(Func<SliceReader, T> member)
    {
        ArgumentNullException.ThrowIfNull(member);
        int count = Count();
        System.Collections.Generic.List<T> members = [];
        for (int i = 0; i < count && !Failed; i++)
        {
            members.Add(member(this));
        }

        return [.. members];
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || count > bytes.Length - _offset)
        {
            Failed = true;
            return [];
        }

        ReadOnlySpan<byte> taken = bytes.Span.Slice(_offset, count);
        _offset += count;
        return taken;
    }
}
