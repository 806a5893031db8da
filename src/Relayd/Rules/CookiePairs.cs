using System;

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

    private static ReadOnlySpan<byte> WithoutQuotes(ReadOnlySpan<byte> value)
    {
        value = value.StartsWith((byte)'"') ? value[1..] : value;
        return value.EndsWith((byte)'"') ? value[..^1] : value;
    }
}
