using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;
using System.Text;
using System.Text.Unicode;

namespace Sluice.Daemon.Wire;

/// <summary>Reads one thing; a list is made of such.</summary>
/// <typeparam name="T">What it reads.</typeparam>
/// <param name="reader">Moved behind it.</param>
public delegate T WireRead<out T>(ref WireReader reader);

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote, out of bytes that a captured process may have made up: messages between
/// processes, the slices of a configuration, the parent's state.
/// </summary>
/// <remarks>
/// What is not there, or out of range, reads as zero or empty, and the reader is <see cref="IsWhole"/> no more: so
/// everything is read straight through and judged once.
/// </remarks>
/// <param name="bytes">All of it.</param>
public ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    // Not read yet.
    private ReadOnlySpan<byte> Rest { get; set; } = bytes;

    private bool HasFailed { get; set; }

    /// <summary>Whether each field was there, and nothing stands behind the last one.</summary>
    public readonly bool IsWhole => !HasFailed && Rest.IsEmpty;

    /// <summary>A byte.</summary>
    public byte Byte() => Take(1) is [byte value] ? value : (byte)0;

    /// <summary>Two bytes, little-endian.</summary>
    internal ushort UInt16() => Take(sizeof(ushort)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt16LittleEndian(field) : (ushort)0;

    /// <summary>Four bytes, little-endian.</summary>
    internal uint UInt32() => Take(sizeof(uint)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt32LittleEndian(field) : 0;

    /// <summary>Eight bytes, little-endian.</summary>
    internal ulong UInt64() => Take(sizeof(ulong)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt64LittleEndian(field) : 0;

    /// <summary>Sixteen bytes, little-endian.</summary>
    internal UInt128 UInt128() =>
        Take(16) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt128LittleEndian(field) : System.UInt128.Zero;

    /// <summary>A number that is not below zero.</summary>
    public int Number()
    {
        uint value = UInt32();
        if (value <= int.MaxValue)
        {
            return (int)value;
        }

        Fail();
        return 0;
    }

    /// <summary>
    /// How many elements follow; no more than can be there at all, so that a made-up number makes no large list.
    /// </summary>
    /// <param name="leastBytes">What the smallest element takes, at least 1.</param>
    public int Count(int leastBytes)
    {
        uint count = UInt32();
        if (count <= (uint)(Rest.Length / leastBytes))
        {
            return (int)count;
        }

        Fail();
        return 0;
    }

    /// <summary>A number within a range; the least of it where it is not.</summary>
    /// <param name="least">The least possible.</param>
    /// <param name="most">The most possible.</param>
    public long Number(long least, long most)
    {
        long value = unchecked((long)UInt64());
        if (value >= least && value <= most)
        {
            return value;
        }

        Fail();
        return least;
    }

    /// <summary>A number from 0 to a most, such as the value of an enumeration.</summary>
    /// <param name="most">At most 255.</param>
    public int Small(int most)
    {
        byte value = Byte();
        if (value <= most)
        {
            return value;
        }

        Fail();
        return 0;
    }

    /// <summary>Whether something is there or so.</summary>
    public bool Flag() => Small(1) == 1;

    /// <summary>Bytes behind their length; a slice of what is read.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Count(1));

    /// <summary>A string of Unicode.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> text = Bytes();
        if (Utf8.IsValid(text))
        {
            return Encoding.UTF8.GetString(text);
        }

        Fail();
        return "";
    }

    /// <summary>A string of the configuration, whose characters are one byte each.</summary>
    public string Latin1() => Encoding.Latin1.GetString(Bytes());

    /// <summary>The same, or nothing.</summary>
    public string? OptionalLatin1() => Flag() ? Latin1() : null;

    /// <summary>An address with its scope.</summary>
    public IPAddress Address()
    {
        ReadOnlySpan<byte> address = Bytes();
        long scope = Number(0, address.Length == 16 ? uint.MaxValue : 0);
        switch (address.Length)
        {
            case 4:
                return new IPAddress(address);
            case 16:
                return new IPAddress(address, scope);
            default:
                Fail();
                return IPAddress.Any;
        }
    }

    /// <summary>An address and a port.</summary>
    public IPEndPoint EndPoint() => new(Address(), (int)Number(0, ushort.MaxValue));

    /// <summary>A list.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="read">Reads one member.</param>
    /// <param name="leastBytes">What the smallest member takes, at least 1.</param>
    public T[] List<T>(WireRead<T> read, int leastBytes = 1)
    {
        ArgumentNullException.ThrowIfNull(read);
        int count = Count(leastBytes);
        List<T> members = [];
        while (members.Count < count && !HasFailed)
        {
            members.Add(read(ref this));
        }

        return [.. members];
    }

    /// <summary>For what cannot be right though it could be read.</summary>
    public void Fail()
    {
        HasFailed = true;
        Rest = [];
    }

    // Empty where so many bytes are not there.
    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > Rest.Length)
        {
            Fail();
            return [];
        }

        ReadOnlySpan<byte> taken = Rest[..length];
        Rest = Rest[length..];
        return taken;
    }
}
