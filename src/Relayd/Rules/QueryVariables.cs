using System;

namespace Sluice.Relayd.Rules;

/// <summary>The variables of a query, one after the other, as they were sent (R-FILTER-42): split at <c>&amp;</c>. What has no <c>=</c> is none.</summary>
/// <param name="query">What stands behind the <c>?</c>.</param>
internal ref struct QueryVariables(ReadOnlySpan<byte> query)
{
    private readonly ReadOnlySpan<byte> _query = query;
    private int _next;

    /// <summary>Where in the query the current variable begins.</summary>
    public int Start { get; private set; }

    /// <summary>Its name and value as they stand beside each other.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value.</summary>
    public readonly ReadOnlySpan<byte> Value => Whole[(Name.Length + 1)..];

    /// <summary>Goes on to the next one; false where there is none.</summary>
    public bool MoveNext()
    {
        while (_next < _query.Length)
        {
            Start = _next;
            int length = _query[Start..].IndexOf((byte)'&');
            Whole = length < 0 ? _query[Start..] : _query.Slice(Start, length);
            _next = Start + Whole.Length + 1;
            int equals = Whole.IndexOf((byte)'=');
            if (equals >= 0)
            {
                Name = Whole[..equals];
                return true;
            }
        }

        return false;
    }
}
