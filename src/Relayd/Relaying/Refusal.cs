using System.Text;

using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Relayd.Relaying;

/// <summary>Why a request gets no answer of a host.</summary>
/// <param name="Status">Of the page; 0 where the client is told nothing.</param>
/// <param name="Message">For the page and the log (R-LOG-12); empty for none.</param>
internal readonly record struct Refusal(int Status, string Message)
{
    private const int NotImplemented = 501;
    private const int BadGatewayStatus = 502;
    private const int GatewayTimeout = 504;
    private const int VersionNotSupported = 505;

    /// <summary>A rule says so.</summary>
    public static Refusal Forbidden { get; } = new(StatusCode.Forbidden, "Forbidden");

    /// <summary>Rules cannot tell which URL is meant (R-FILTER-27).</summary>
    public static Refusal BadRequest { get; } = new(StatusCode.BadRequest, "Bad Request");

    /// <summary>The host did not answer as it has to.</summary>
    public static Refusal BadGateway { get; } = new(BadGatewayStatus, "Bad Gateway");

    /// <summary>The host did not answer in time.</summary>
    public static Refusal Late { get; } = new(GatewayTimeout, "connection timed out");

    /// <summary>The operator has taken the hosts out of service.</summary>
    public static Refusal Maintenance { get; } = new(StatusCode.ServiceUnavailable, "down for maintenance");

    /// <summary>Host and target say different things (R-HTTP-09).</summary>
    public static Refusal HostMismatch { get; } = new(StatusCode.BadRequest, "malformed host");

    /// <summary>WebSocket is not allowed here (R-HTTP-40).</summary>
    public static Refusal WebSocketForbidden { get; } = new(StatusCode.Forbidden, "Websocket Forbidden");

    /// <summary>A request for WebSocket without its Connection (R-HTTP-40).</summary>
    public static Refusal BadWebSocketRequest { get; } = new(StatusCode.BadRequest, "Bad Websocket Request");

    /// <summary>WebSocket begins with GET (R-HTTP-40).</summary>
    public static Refusal WebSocketMethod { get; } = new(StatusCode.MethodNotAllowed, "Websocket Method Not Allowed");

    /// <summary>The host becomes something that nobody asked for (R-HTTP-41).</summary>
    public static Refusal BadWebSocketGateway { get; } = new(BadGatewayStatus, "Bad Websocket Gateway");

    /// <summary>As the log shows it where the client got a page.</summary>
    public string Described
    {
        get
        {
            string name = $"{Status} {Encoding.ASCII.GetString(StatusCode.Reason(Status))}";
            return Message.Length > 0 ? $"{Message} ({name})" : name;
        }
    }

    /// <summary>Why no host was connected to (R-RELAY-23 to -26, D-26).</summary>
    public static Refusal OfConnecting(SessionEnd outcome) => outcome switch
    {
        SessionEnd.ConnectTimeout => new(GatewayTimeout, "connect timeout"),
        SessionEnd.HandshakeTimeout => new(GatewayTimeout, "TLS handshake timeout"),
        SessionEnd.HandshakeFailed or SessionEnd.HandshakeBroken => new(BadGatewayStatus, "TLS handshake error"),
        SessionEnd.NoDescriptor => new(GatewayTimeout, "connection timed out"),
        SessionEnd.SocketError => new(BadGatewayStatus, "socket error"),
        SessionEnd.NoDestination => new(BadGatewayStatus, "session NAT lookup failed"),
        SessionEnd.Aborted => new(BadGatewayStatus, "session aborted"),
        SessionEnd.NoSource => new(BadGatewayStatus, "bindany failed, invalid socket"),
        SessionEnd.NoProxyHeader => new(StatusCode.InternalServerError, "failed to write PROXY header"),
        _ => new(BadGatewayStatus, "session failed"),
    };

    /// <summary>What is answered to a mistake of the client in a head (R-HTTP-01 to -14).</summary>
    /// <param name="rejection">The mistake.</param>
    public static Refusal OfRequest(Rejection rejection) => rejection switch
    {
        Rejection.FieldsTooLong or Rejection.TargetTooLong or Rejection.TooManyFields => new(StatusCode.PayloadTooLarge, "request headers too large"),
        Rejection.MethodUnknown => new(NotImplemented, "malformed"),
        Rejection.VersionNotSupported => new(VersionNotSupported, "malformed"),
        Rejection.HostRepeated or Rejection.ContentLengthRepeated => new(StatusCode.BadRequest, "malformed header"),
        _ => new(StatusCode.BadRequest, "malformed"),
    };

    /// <summary>What a mistake in a body is called (R-HTTP-15, R-HTTP-16): the connection is closed, and told why where no answer has begun (D-40).</summary>
    public static Refusal OfBody(Rejection rejection) =>
        new(StatusCode.BadRequest, rejection is Rejection.ChunkSizeTooLong or Rejection.TrailersTooLong ? "chunk size too long" : "invalid chunk size");
}
