using System;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>Fields that concern one connection and are never sent on (RFC 9110 7.6.1).</summary>
public static class HopByHop
{
    private static readonly byte[][] _names =
    [
        [.. "Connection"u8], [.. "HTTP2-Settings"u8], [.. "Keep-Alive"u8], [.. "Proxy-Connection"u8], [.. "TE"u8], [.. "Trailer"u8],
        [.. "Transfer-Encoding"u8], [.. "Upgrade"u8],
    ];

    /// <summary>Whether a name is that of such a field, in any case of letters.</summary>
    public static bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (byte[] candidate in _names)
        {
            if (Ascii.EqualsIgnoreCase(candidate, name))
            {
                return true;
            }
        }

        return false;
    }
}
