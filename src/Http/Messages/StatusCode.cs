using System;
using System.Text;

namespace Sluice.Http.Messages;

/// <summary>Status codes and their reasons (RFC 9110 15, H-HTTP-45).</summary>
public static class StatusCode
{
    /// <summary>100 Continue.</summary>
    public const int Continue = 100;

    /// <summary>200 OK.</summary>
    public const int Ok = 200;

    /// <summary>204 No Content.</summary>
    public const int NoContent = 204;

    /// <summary>205 Reset Content.</summary>
    public const int ResetContent = 205;

    /// <summary>206 Partial Content.</summary>
    public const int PartialContent = 206;

    /// <summary>301 Moved Permanently.</summary>
    public const int MovedPermanently = 301;

    /// <summary>302 Found.</summary>
    public const int Found = 302;

    /// <summary>304 Not Modified.</summary>
    public const int NotModified = 304;

    /// <summary>400 Bad Request.</summary>
    public const int BadRequest = 400;

    /// <summary>401 Unauthorized.</summary>
    public const int Unauthorized = 401;

    /// <summary>403 Forbidden.</summary>
    public const int Forbidden = 403;

    /// <summary>404 Not Found.</summary>
    public const int NotFound = 404;

    /// <summary>405 Method Not Allowed.</summary>
    public const int MethodNotAllowed = 405;

    /// <summary>408 Request Timeout.</summary>
    public const int RequestTimeout = 408;

    /// <summary>412 Precondition Failed.</summary>
    public const int PreconditionFailed = 412;

    /// <summary>413 Payload Too Large.</summary>
    public const int PayloadTooLarge = 413;

    /// <summary>416 Range Not Satisfiable.</summary>
    public const int RangeNotSatisfiable = 416;

    /// <summary>500 Internal Server Error.</summary>
    public const int InternalServerError = 500;

    /// <summary>501 Not Implemented.</summary>
    public const int NotImplemented = 501;

    /// <summary>502 Bad Gateway.</summary>
    public const int BadGateway = 502;

    /// <summary>503 Service Unavailable.</summary>
    public const int ServiceUnavailable = 503;

    /// <summary>504 Gateway Timeout.</summary>
    public const int GatewayTimeout = 504;

    private const int First = 100;
    private const int End = 600;

    private static readonly byte[]?[] _reasons = Reasons();
    private static readonly byte[]?[] _lines = new byte[End][];

    /// <summary>Whether a code is in the table.</summary>
    public static bool IsKnown(int code) => code is >= First and < End && _reasons[code] is not null;

    /// <summary>The reason of a code; <c>Unknown Error</c> where the table has none.</summary>
    public static ReadOnlySpan<byte> Reason(int code) =>
        code is >= First and < End && _reasons[code] is { } reason ? reason : "Unknown Error"u8;

    /// <summary>Whether an answer with that code may have a body (RFC 9110 6.4.1; HEAD is another matter).</summary>
    public static bool HasBody(int code) => code is >= 200 and not (204 or 205 or 304);

    /// <summary>The status line of HTTP/1.1 with its CRLF; made once a code.</summary>
    /// <param name="code">100 to 599.</param>
    public static ReadOnlySpan<byte> Line(int code)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, First);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(code, End);
        return _lines[code] ??= Encoding.ASCII.GetBytes($"HTTP/1.1 {code} {Encoding.ASCII.GetString(Reason(code))}\r\n");
    }

    private static byte[]?[] Reasons()
    {
        byte[]?[] reasons = new byte[End][];
        foreach (string line in Table.Split('\n'))
        {
            int code = int.Parse(line.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture);
            reasons[code] = Encoding.ASCII.GetBytes(line[4..]);
        }

        return reasons;
    }

    private const string Table = """
        100 Continue
        101 Switching Protocols
        102 Processing
        103 Early Hints
        200 OK
        201 Created
        202 Accepted
        203 Non-Authoritative Information
        204 No Content
        205 Reset Content
        206 Partial Content
        207 Multi-Status
        208 Already Reported
        226 IM Used
        300 Multiple Choices
        301 Moved Permanently
        302 Found
        303 See Other
        304 Not Modified
        305 Use Proxy
        306 Switch Proxy
        307 Temporary Redirect
        308 Permanent Redirect
        400 Bad Request
        401 Unauthorized
        402 Payment Required
        403 Forbidden
        404 Not Found
        405 Method Not Allowed
        406 Not Acceptable
        407 Proxy Authentication Required
        408 Request Timeout
        409 Conflict
        410 Gone
        411 Length Required
        412 Precondition Failed
        413 Payload Too Large
        414 URI Too Long
        415 Unsupported Media Type
        416 Range Not Satisfiable
        417 Expectation Failed
        418 I'm a teapot
        420 Enhance Your Calm
        422 Unprocessable Content
        423 Locked
        424 Failed Dependency
        425 Too Early
        426 Upgrade Required
        428 Precondition Required
        429 Too Many Requests
        431 Request Header Fields Too Large
        451 Unavailable For Legal Reasons
        500 Internal Server Error
        501 Not Implemented
        502 Bad Gateway
        503 Service Unavailable
        504 Gateway Timeout
        505 HTTP Version Not Supported
        506 Variant Also Negotiates
        507 Insufficient Storage
        508 Loop Detected
        510 Not Extended
        511 Network Authentication Required
        """;
}
