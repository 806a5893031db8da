using System;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>Fields that are found without a search; the first of each name counts unless its RFC says list.</summary>
public enum KnownField
{
    /// <summary>Any other field.</summary>
    None,

    /// <summary>Accept-Encoding.</summary>
    AcceptEncoding,

    /// <summary>Authorization.</summary>
    Authorization,

    /// <summary>Connection.</summary>
    Connection,

    /// <summary>Content-Length.</summary>
    ContentLength,

    /// <summary>Content-Type.</summary>
    ContentType,

    /// <summary>Cookie.</summary>
    Cookie,

    /// <summary>Expect.</summary>
    Expect,

    /// <summary>Host.</summary>
    Host,

    /// <summary>If-Match.</summary>
    IfMatch,

    /// <summary>If-Modified-Since.</summary>
    IfModifiedSince,

    /// <summary>If-None-Match.</summary>
    IfNoneMatch,

    /// <summary>If-Range.</summary>
    IfRange,

    /// <summary>If-Unmodified-Since.</summary>
    IfUnmodifiedSince,

    /// <summary>Range.</summary>
    Range,

    /// <summary>Referer.</summary>
    Referer,

    /// <summary>Transfer-Encoding.</summary>
    TransferEncoding,

    /// <summary>Upgrade.</summary>
    Upgrade,

    /// <summary>User-Agent.</summary>
    UserAgent,

    /// <summary>X-Forwarded-For.</summary>
    ForwardedFor,

    /// <summary>X-Forwarded-Port.</summary>
    ForwardedPort,
}

/// <summary>Names of the known fields.</summary>
public static class KnownFields
{
    /// <summary>How many values <see cref="KnownField"/> has, None included.</summary>
    public const int Count = (int)KnownField.ForwardedPort + 1;

    private const int LongestName = 19;

    private static readonly byte[][] _names =
    [
        [], [.. "Accept-Encoding"u8], [.. "Authorization"u8], [.. "Connection"u8], [.. "Content-Length"u8],
        [.. "Content-Type"u8], [.. "Cookie"u8], [.. "Expect"u8], [.. "Host"u8], [.. "If-Match"u8],
        [.. "If-Modified-Since"u8], [.. "If-None-Match"u8], [.. "If-Range"u8], [.. "If-Unmodified-Since"u8],
        [.. "Range"u8], [.. "Referer"u8], [.. "Transfer-Encoding"u8], [.. "Upgrade"u8], [.. "User-Agent"u8],
        [.. "X-Forwarded-For"u8], [.. "X-Forwarded-Port"u8],
    ];

    private static readonly KnownField[][] _byLength = GroupByLength();

    /// <summary>The usual spelling of a known field's name; empty for None.</summary>
    public static ReadOnlySpan<byte> Name(KnownField field) => _names[(int)field];

    /// <summary>Which known field a name is, in any case of letters.</summary>
    public static KnownField Of(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return KnownField.None;
        }

        foreach (KnownField candidate in _byLength[name.Length])
        {
            // Most names of that length are others: their first letter says so for a tenth of the comparison.
            byte[] known = _names[(int)candidate];
            if (((name[0] ^ known[0]) & ~0x20) == 0 && Ascii.EqualsIgnoreCase(name, known))
            {
                return candidate;
            }
        }

        return KnownField.None;
    }

    private static KnownField[][] GroupByLength()
    {
        KnownField[][] groups = new KnownField[LongestName + 1][];
        Array.Fill(groups, []);
        for (int field = 1; field < _names.Length; field++)
        {
            int length = _names[field].Length;
            groups[length] = [.. groups[length], (KnownField)field];
        }

        return groups;
    }
}
