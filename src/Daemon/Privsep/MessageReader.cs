using System;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Sluice.Daemon.Privsep;

/// <summary>Reads what <see cref="MessageWriter"/> wrote, out of bytes that a captured process may have made up.</summary>
/// <remarks>
/// What is not there reads as zero or empty, and the reader is <see cref="IsWhole"/> no more: so a message is read
/// straight through and judged once.
/// </remarks>
internal ref struct MessageReader(ReadOnlySpan<byte> bytes)
{
    // Not read yet.
    private ReadOnlySpan<byte> Rest { get; set; } = bytes;

    private bool HasFailed { get; set; }

    /// <summary>Whether each field was there, and nothing stands behind the last one.</summary>
    public readonly bool IsWhole => !HasFailed && Rest.IsEmpty;

    public byte Byte() => Take(1) is [byte value] ? value : (byte)0;

    public ushort UInt16() => Take(sizeof(ushort)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt16LittleEndian(field) : (ushort)0;

    public uint UInt32() => Take(sizeof(uint)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt32LittleEndian(field) : 0;

    public ulong UInt64() => Take(sizeof(ulong)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt64LittleEndian(field) : 0;

    public UInt128 UInt128() =>
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

    /// <summary>Bytes behind their length; a slice of the message.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Count(1));

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
