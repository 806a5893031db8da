using System;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>A part of a file that was asked for and exists.</summary>
/// <param name="First">Position of its first byte.</param>
/// <param name="Last">Position of its last byte, not before the first.</param>
public readonly record struct FilePart(long First, long Last)
{
    /// <summary>How many bytes it has; at least 1.</summary>
    public long Length => Last - First + 1;
}

/// <summary>What a field Range asks for.</summary>
public enum RangeRequest
{
    /// <summary>Nothing that is understood: the field is ignored (RFC 9110 14.2, D-23).</summary>
    None,

    /// <summary>At least one part that exists.</summary>
    Parts,

    /// <summary>No part that exists, or too many: 416.</summary>
    Unsatisfiable,
}

/// <summary>Reads the field Range (RFC 9110 14.1.2, 14.2). Pure; a mistake anywhere makes the whole field none.</summary>
public static class RangeField
{
    /// <summary>Members that are answered; more are <see cref="RangeRequest.Unsatisfiable"/> (H-FILE-33).</summary>
    public const int MostParts = 4;

    private static ReadOnlySpan<byte> Unit => "bytes="u8;

    /// <summary>Which parts of a file are asked for, in the order of the field; those that do not exist are left out.</summary>
    /// <param name="value">The field's value.</param>
    /// <param name="length">Bytes of the file; of an empty one nothing can be had (H-FILE-32).</param>
    /// <param name="parts">Room for <see cref="MostParts"/>.</param>
    /// <param name="count">How many there are; 0 unless the result is <see cref="RangeRequest.Parts"/>.</param>
    public static RangeRequest Read(ReadOnlySpan<byte> value, long length, Span<FilePart> parts, out int count)
    {
        count = 0;
        if (value.Length <= Unit.Length || !Ascii.EqualsIgnoreCase(value[..Unit.Length], Unit))
        {
            return RangeRequest.None;
        }

        int members = 0;
        int found = 0;
        ReadOnlySpan<byte> list = value[Unit.Length..];
        foreach (Range member in list.Split((byte)','))
        {
            // RFC 9110 5.6.1.2: members of a list may be empty.
            ReadOnlySpan<byte> text = Characters.TrimBlanks(list[member]);
            if (text.IsEmpty)
            {
                continue;
            }

            // Blanks belong to commas: before the first member there is none.
            bool isDetached = members == 0 && list[..member.Start.Value].IsEmpty && text.Length < list[member].TrimEnd(" \t"u8).Length;
            if (isDetached || !TryReadMember(text, length, out FilePart? part))
            {
                return RangeRequest.None;
            }

            members++;
            if (part is { } exists && members <= MostParts)
            {
                parts[found++] = exists;
            }
        }

        count = members <= MostParts ? found : 0;
        return members == 0 ? RangeRequest.None : count == 0 ? RangeRequest.Unsatisfiable : RangeRequest.Parts;
    }

    /// <summary>Reads <c>first-last</c>, <c>first-</c> or <c>-count</c>; the part is null where nothing of it exists.</summary>
    private static bool TryReadMember(ReadOnlySpan<byte> text, long length, out FilePart? part)
    {
        part = null;
        int dash = text.IndexOf((byte)'-');
        if (dash < 0 || text.Length == 1
            || !TryReadNumber(text[..dash], out long? first) || !TryReadNumber(text[(dash + 1)..], out long? last)
            || last < first)
        {
            return false;
        }

        if (first is { } start)
        {
            part = start < length ? new FilePart(start, long.Min(last ?? long.MaxValue, length - 1)) : null;
            return true;
        }

        long suffix = long.Min(last ?? 0, length);
        part = suffix > 0 ? new FilePart(length - suffix, length - 1) : null;
        return true;
    }

    /// <summary>Digits only, null for none; what no file can have is the greatest number.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out long? number)
    {
        number = null;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            long before = number ?? 0;
            number = before > (long.MaxValue - 9) / 10 ? long.MaxValue : (before * 10) + (digit - '0');
        }

        return true;
    }
}
