using System;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>Which fields may be sent on in a trailer section (RFC 9110 6.5.1).</summary>
/// <remarks>Whoever merges trailers into the head must not be led on by them: what frames or routes a message, concerns one connection, says who
/// asks, or changes how the message is processed has no place there, and neither has what tells a backend of the client.</remarks>
public static class TrailerFields
{
    private static readonly byte[][] _names =
    [
        [.. "Age"u8], [.. "Authentication-Info"u8], [.. "Authorization"u8], [.. "Cache-Control"u8], [.. "Content-Encoding"u8],
        [.. "Content-Length"u8], [.. "Content-Range"u8], [.. "Content-Type"u8], [.. "Cookie"u8], [.. "Date"u8], [.. "Expect"u8],
        [.. "Expires"u8], [.. "Forwarded"u8], [.. "Host"u8], [.. "Location"u8], [.. "Max-Forwards"u8], [.. "Pragma"u8],
        [.. "Proxy-Authenticate"u8], [.. "Proxy-Authentication-Info"u8], [.. "Proxy-Authorization"u8], [.. "Range"u8], [.. "Retry-After"u8],
        [.. "Set-Cookie"u8], [.. "Vary"u8], [.. "Warning"u8], [.. "WWW-Authenticate"u8],
    ];

    private static readonly byte[][] _beginnings = [[.. "If-"u8], [.. "X-Forwarded-"u8]];

    /// <summary>Whether a field of that name, in any case of letters, may be sent on behind a body.</summary>
    public static bool MaySend(ReadOnlySpan<byte> name)
    {
        foreach (byte[] other in _names)
        {
            if (Ascii.EqualsIgnoreCase(other, name))
            {
                return false;
            }
        }

        foreach (byte[] beginning in _beginnings)
        {
            if (name.Length >= beginning.Length && Ascii.EqualsIgnoreCase(beginning, name[..beginning.Length]))
            {
                return false;
            }
        }

        return !HopByHop.Contains(name);
    }
}
