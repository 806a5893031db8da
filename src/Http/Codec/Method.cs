using System;

namespace Sluice.Http.Codec;

/// <summary>The methods httpd knows by name; what may be done with each is decided where it is served.</summary>
public enum Method
{
    /// <summary>A token that is none of these.</summary>
    Unknown,

    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>OPTIONS.</summary>
    Options,

    /// <summary>TRACE.</summary>
    Trace,

    /// <summary>CONNECT.</summary>
    Connect,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>PROPFIND and the other methods of WebDAV and its versions: known, and not served.</summary>
    Dav,
}

/// <summary>Method names (RFC 9110 9, IANA's registry): case-sensitive.</summary>
public static class Methods
{
    // The order of the enumeration, then the names that all mean Dav.
    private static readonly byte[][] _names =
    [
        [.. "GET"u8], [.. "HEAD"u8], [.. "POST"u8], [.. "PUT"u8], [.. "DELETE"u8], [.. "OPTIONS"u8],
        [.. "TRACE"u8], [.. "CONNECT"u8], [.. "PATCH"u8], [.. "PROPFIND"u8], [.. "PROPPATCH"u8], [.. "MKCOL"u8],
        [.. "COPY"u8], [.. "MOVE"u8], [.. "LOCK"u8], [.. "UNLOCK"u8], [.. "VERSION-CONTROL"u8], [.. "REPORT"u8],
        [.. "CHECKOUT"u8], [.. "CHECKIN"u8], [.. "UNCHECKOUT"u8], [.. "MKWORKSPACE"u8], [.. "UPDATE"u8], [.. "LABEL"u8],
        [.. "MERGE"u8], [.. "BASELINE-CONTROL"u8], [.. "MKACTIVITY"u8], [.. "ORDERPATCH"u8], [.. "ACL"u8],
        [.. "MKREDIRECTREF"u8], [.. "UPDATEREDIRECTREF"u8], [.. "SEARCH"u8],
    ];

    /// <summary>The method of a name as it stands in the request line.</summary>
    public static Method Of(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("GET"u8))
        {
            return Method.Get;
        }

        for (int index = 1; index < _names.Length; index++)
        {
            if (name.SequenceEqual(_names[index]))
            {
                return (Method)Math.Min(index + 1, (int)Method.Dav);
            }
        }

        return Method.Unknown;
    }
}
