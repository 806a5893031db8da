using System;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>Fields that concern one connection and are never sent on (RFC 9110 7.6.1).</summary>
public static class HopByHop
{
    // Those that are no known field; no two have names of the same length.
    private static readonly byte[] _codings = [.. "TE"u8];
    private static readonly byte[] _settings = [.. "HTTP2-Settings"u8];

    /// <summary>Whether a name is that of such a field, in any case of letters.</summary>
    public static bool Contains(ReadOnlySpan<byte> name) => Contains(KnownFields.Of(name), name);

    /// <summary>The same of a field that was looked up already.</summary>
    /// <param name="field">What it is.</param>
    /// <param name="name">Its name.</param>
    public static bool Contains(KnownField field, ReadOnlySpan<byte> name) => field switch
    {
        KnownField.Connection or KnownField.KeepAlive or KnownField.ProxyConnection or KnownField.Trailer or KnownField.TransferEncoding or KnownField.Upgrade => true,
        KnownField.None => Ascii.EqualsIgnoreCase(_codings, name) || Ascii.EqualsIgnoreCase(_settings, name),
        _ => false,
    };
}
