using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;
using System.Text;

namespace Sluice.Daemon.Wire;

/// <summary>
/// Writes what goes from one process of a daemon to another: messages, the slices of a configuration, the parent's
/// state. <see cref="WireReader"/> reads it.
/// </summary>
public sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>What was written so far, valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Begins anew.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>A byte.</summary>
    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>Two bytes, little-endian.</summary>
    internal void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(sizeof(ushort)), value);
        _buffer.Advance(sizeof(ushort));
    }

    /// <summary>Four bytes, little-endian.</summary>
    internal void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(sizeof(uint)), value);
        _buffer.Advance(sizeof(uint));
    }

    /// <summary>Eight bytes, little-endian.</summary>
    internal void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(sizeof(ulong)), value);
        _buffer.Advance(sizeof(ulong));
    }

    /// <summary>Sixteen bytes, little-endian.</summary>
    internal void UInt128(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(_buffer.GetSpan(16), value);
        _buffer.Advance(16);
    }

    /// <summary>A number that is an index or a count, never below zero.</summary>
    public void Count(int value) => UInt32(checked((uint)value));

    /// <summary>Such numbers behind how many they are.</summary>
    internal void Counts(IReadOnlyList<int> values)
    {
        Count(values.Count);
        foreach (int value in values)
        {
            Count(value);
        }
    }

    /// <summary>Bytes behind their length.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Count(value.Length);
        _buffer.Write(value);
    }

    /// <summary>What was written by other means.</summary>
    internal void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    /// <summary>A string of Unicode.</summary>
    public void Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A number, eight bytes.</summary>
    /// <param name="value">Any; the reader says within which range.</param>
    public void Number(long value) => UInt64(unchecked((ulong)value));

    /// <summary>A number from 0 to 255, such as the value of an enumeration.</summary>
    /// <param name="value">The number.</param>
    public void Small(int value) => Byte(checked((byte)value));

    /// <summary>A string of the configuration, whose characters are one byte each.</summary>
    /// <param name="value">The string.</param>
    public void Latin1(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Count(value.Length);
        _buffer.Advance(Encoding.Latin1.GetBytes(value, _buffer.GetSpan(value.Length)));
    }

    /// <summary>The same, or nothing.</summary>
    /// <param name="value">The string, null for nothing.</param>
    public void OptionalLatin1(string? value)
    {
        Small(value is null ? 0 : 1);
        if (value is not null)
        {
            Latin1(value);
        }
    }

    /// <summary>An address with its scope.</summary>
    /// <param name="value">IPv4 or IPv6.</param>
    public void Address(IPAddress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Span<byte> space = stackalloc byte[16];
        _ = value.TryWriteBytes(space, out int length);
        Bytes(space[..length]);
        Number(length == 16 ? value.ScopeId : 0);
    }

    /// <summary>A list behind how long it is.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="members">The members in order.</param>
    /// <param name="write">Writes one member.</param>
    public void List<T>(ReadOnlySpan<T> members, Action<WireWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Count(members.Length);
        foreach (T member in members)
        {
            write(this, member);
        }
    }

    /// <summary>An address and a port.</summary>
    /// <param name="value">IPv4 or IPv6.</param>
    public void EndPoint(IPEndPoint value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Address(value.Address);
        Number(value.Port);
    }
}
