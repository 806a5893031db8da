using System;

namespace Sluice.Http.Codec;

/// <summary>Content codings that a file may be kept in, the better one first where a client does not care.</summary>
public enum ContentCoding
{
    /// <summary>None.</summary>
    Identity,

    /// <summary>Brotli, RFC 7932.</summary>
    Brotli,

    /// <summary>Zstandard, RFC 8878.</summary>
    Zstandard,

    /// <summary>gzip, RFC 1952.</summary>
    Gzip,
}

/// <summary>A set of content codings.</summary>
[Flags]
public enum ContentCodings
{
    /// <summary>The empty set.</summary>
    None = 0,

    /// <summary><see cref="ContentCoding.Brotli"/>.</summary>
    Brotli = 1 << ContentCoding.Brotli,

    /// <summary><see cref="ContentCoding.Zstandard"/>.</summary>
    Zstandard = 1 << ContentCoding.Zstandard,

    /// <summary><see cref="ContentCoding.Gzip"/>.</summary>
    Gzip = 1 << ContentCoding.Gzip,
}
