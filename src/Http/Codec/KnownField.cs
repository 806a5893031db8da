using System;
using System.Buffers.Binary;

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

    /// <summary>Keep-Alive.</summary>
    KeepAlive,

    /// <summary>Proxy-Connection.</summary>
    ProxyConnection,

    /// <summary>Range.</summary>
    Range,

    /// <summary>Referer.</summary>
    Referer,

    /// <summary>Set-Cookie.</summary>
    SetCookie,

    /// <summary>Trailer.</summary>
    Trailer,

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

    private const int ShortestName = 4;
    private const int LongestName = 19;

    // Set in every byte, this makes ASCII letters lower case, and changes nothing else that a token may have and a known name has.
    private const ulong Fold = 0x2020_2020_2020_2020;

    private static readonly byte[][] _names =
    [
        [], [.. "Accept-Encoding"u8], [.. "Authorization"u8], [.. "Connection"u8], [.. "Content-Length"u8],
        [.. "Content-Type"u8], [.. "Cookie"u8], [.. "Expect"u8], [.. "Host"u8], [.. "If-Match"u8],
        [.. "If-Modified-Since"u8], [.. "If-None-Match"u8], [.. "If-Range"u8], [.. "If-Unmodified-Since"u8],
        [.. "Keep-Alive"u8], [.. "Proxy-Connection"u8], [.. "Range"u8], [.. "Referer"u8], [.. "Set-Cookie"u8], [.. "Trailer"u8], [.. "Transfer-Encoding"u8], [.. "Upgrade"u8], [.. "User-Agent"u8],
        [.. "X-Forwarded-For"u8], [.. "X-Forwarded-Port"u8],
    ];

    private static readonly Candidate[][] _byLength = GroupByLength();

    /// <summary>The usual spelling of a known field's name; empty for None.</summary>
    public static ReadOnlySpan<byte> Name(KnownField field) => _names[(int)field];

    /// <summary>Which known field a name is, in any case of letters.</summary>
    /// <param name="name">A token (RFC 9110 5.6.2).</param>
    public static KnownField Of(ReadOnlySpan<byte> name)
    {
        if (name.Length is < ShortestName or > LongestName)
        {
            return KnownField.None;
        }

        (ulong first, ulong middle, ulong last) = Words(name);
        foreach (Candidate candidate in _byLength[name.Length])
        {
            if (candidate.First == first && candidate.Last == last && candidate.Middle == middle)
            {
                return candidate.Field;
            }
        }

        return KnownField.None;
    }

    // All bytes of the name, some of them twice, in lower case: a name is compared by words, not by letters.
    private static (ulong First, ulong Middle, ulong Last) Words(ReadOnlySpan<byte> name)
    {
        if (name.Length < sizeof(ulong))
        {
            uint first = BinaryPrimitives.ReadUInt32LittleEndian(name);
            return (first | Fold, 0, BinaryPrimitives.ReadUInt32LittleEndian(name[^sizeof(uint)..]) | Fold);
        }

        ulong middle = name.Length > 2 * sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(name[sizeof(ulong)..]) | Fold : 0;
        return (
            BinaryPrimitives.ReadUInt64LittleEndian(name) | Fold,
            middle,
            BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]) | Fold);
    }

    private static Candidate[][] GroupByLength()
    {
        Candidate[][] groups = new Candidate[LongestName + 1][];
        Array.Fill(groups, []);
        for (int field = 1; field < _names.Length; field++)
        {
            byte[] name = _names[field];
            (ulong first, ulong middle, ulong last) = Words(name);
            groups[name.Length] = [.. groups[name.Length], new Candidate(first, middle, last, (KnownField)field)];
        }

        return groups;
    }

    private readonly record struct Candidate(ulong First, ulong Middle, ulong Last, KnownField Field);
}
