using System;
using System.Text;

namespace Sluice.Relayd.Rules;

/// <summary>The cookies of a Cookie or Set-Cookie field, one after the other (R-FILTER-48): split at semicolons, without one blank before the name and without
/// quotes around the value. What has no <c>=</c> is none, and neither is what begins with <c>$</c>.</summary>
/// <remarks>Of Set-Cookie the attributes look like cookies too.</remarks>
/// <param name="field">The value of the field.</param>
internal ref struct CookiePairs(ReadOnlySpan<byte> field)
{
    private ReadOnlySpan<byte> _rest = field;

    /// <summary>The name of the current cookie.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes on to the next one; false where there is none.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)';');
            ReadOnlySpan<byte> pair = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            pair = pair.StartsWith((byte)' ') ? pair[1..] : pair;
            int equals = pair.IndexOf((byte)'=');
            if (equals < 0 || pair[0] == (byte)'$')
            {
                continue;
            }

            Name = pair[..equals];
            Value = WithoutQuotes(pair[(equals + 1)..]);
            return true;
        }

        return false;
    }

    /// <summary>Copies a field without the cookies of a name, however these are written.</summary>
    /// <param name="name">In any case of letters.</param>
    /// <param name="field">The value of the field.</param>
    /// <param name="destination">As long as the field.</param>
    /// <returns>How long the copy is; as long as the field where there is no such cookie.</returns>
    public static int CopyWithout(ReadOnlySpan<byte> name, ReadOnlySpan<byte> field, Span<byte> destination)
    {
        int length = 0;
        int start = 0;
        while (start <= field.Length)
        {
            int end = field[start..].IndexOf((byte)';');
            end = end < 0 ? field.Length : start + end;
            ReadOnlySpan<byte> part = field[start..end];
            if (!IsNamed(part, name))
            {
                // What comes to stand at the beginning has neither mark nor blank before it.
                bool isMoved = length == 0 && start > 1;
                part = isMoved ? part.TrimStart(" \t"u8) : field[int.Max(start - 1, 0)..end];
                part.CopyTo(destination[length..]);
                length += part.Length;
            }

            start = end + 1;
        }

        return length;
    }

    /// <summary>Whether a field begins with a cookie of a name, as Set-Cookie does before its attributes.</summary>
    /// <param name="name">In any case of letters.</param>
    /// <param name="field">The value of the field.</param>
    public static bool IsNamed(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name)
    {
        int end = field.IndexOfAny("=;"u8);
        return Ascii.EqualsIgnoreCase((end < 0 ? field : field[..end]).Trim(" \t"u8), name);
    }

    private static ReadOnlySpan<byte> WithoutQuotes(ReadOnlySpan<byte> value)
    {
        value = value.StartsWith((byte)'"') ? value[1..] : value;
        return value.EndsWith((byte)'"') ? value[..^1] : value;
    }
}
