using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Sluice.Configuration.Wire;

/// <summary>Writes the part of a configuration that a child may know; <see cref="SliceReader"/> reads it.</summary>
public sealed class SliceWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was written so far, valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>A number, eight bytes.</summary>
    /// <param name="value">Any.</param>
    public void Number(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    /// <summary>A number from 0 to 255, such as the value of an enumeration.</summary>
    /// <param name="value">The number.</param>
    public void Small(int value)
    {
        _bytes.GetSpan(1)[0] = checked((byte)value);
        _bytes.Advance(1);
    }

    /// <summary>How many members follow.</summary>
    /// <param name="count">Not negative.</param>
    public void Count(int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), count);
        _bytes.Advance(sizeof(int));
    }

    /// <summary>A string of the configuration, whose characters are one byte each.</summary>
    /// <param name="value">The string.</param>
    public void Text(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Count(value.Length);
        _bytes.Advance(Encoding.Latin1.GetBytes(value, _bytes.GetSpan(value.Length)));
    }

    /// <summary>A string or nothing.</summary>
    /// <param name="value">The string, null for nothing.</param>
    public void OptionalText(string? value)
    {
        Small(value is null ? 0 : 1);
        if (value is not null)
        {
            Text(value);
        }
    }

    /// <summary>An address with its scope.</summary>
    /// <param name="value">IPv4 or IPv6.</param>
    public void Address(IPAddress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Span<byte> space = stackalloc byte[16];
        _ = value.TryWriteBytes(space, out int length);
        Small(length);
        _bytes.Write(space[..length]);
        Number(length == 16 ? value.ScopeId : 0);
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
