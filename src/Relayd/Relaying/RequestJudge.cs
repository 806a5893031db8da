using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Relayd.Relaying;

/// <summary>What a head says of how it has to be treated, whatever rules say.</summary>
internal static class RequestJudge
{
    /// <summary>How the end of a request's body is known. HTTP/1.0 may send one without saying so, until it ends its output (D-25).</summary>
    public static BodyFraming FramingOf(RequestHead head)
    {
        BodyFraming framing = BodyFraming.OfRequest(head);
        bool isOpen = framing.Kind == BodyKind.None && head.Version == HttpVersion.Http10
            && head.Method is Method.Post or Method.Put && !head.Has(KnownField.ContentLength);
        return isOpen ? new BodyFraming(BodyKind.UntilClose, 0, Rejection.None) : framing;
    }

    /// <summary>Why a request cannot be sent on; its status is 0 where it can.</summary>
    /// <param name="head">Parsed.</param>
    /// <param name="framing">Of its body.</param>
    public static Refusal Judge(RequestHead head, in BodyFraming framing) =>
        framing.Kind == BodyKind.Rejected ? Refusal.OfRequest(framing.Rejection)
        : head.Method == Method.Unknown ? Refusal.OfRequest(Rejection.MethodUnknown)
        : head.TargetForm == TargetForm.Absolute && !HasSameHost(head) ? Refusal.HostMismatch
        : default;

    /// <summary>Whether a request asks for WebSocket.</summary>
    public static bool AsksForWebSocket(RequestHead head) => Persistence.Names(head, KnownField.Upgrade, "websocket"u8);

    /// <summary>Whether a host becomes one of WebSocket with this response.</summary>
    public static bool BecomesWebSocket(ResponseHead head) =>
        Persistence.Names(head, KnownField.Upgrade, "websocket"u8) && Persistence.ConnectionNames(head, "upgrade"u8);

    /// <summary>Whether asking twice does no other harm than asking once (RFC 9110 9.2.2).</summary>
    public static bool IsIdempotent(Method method) => method is Method.Get or Method.Head or Method.Options or Method.Put or Method.Delete or Method.Trace;

    /// <summary>Whether a host keeps its connection after this response (RFC 9112 9.3).</summary>
    public static bool KeepsConnection(ResponseHead head) =>
        head.Version == HttpVersion.Http11 ? !Persistence.ConnectionNames(head, "close"u8) : Persistence.ConnectionNames(head, "keep-alive"u8);

    /// <summary>Why a request that asks for WebSocket may not (R-HTTP-40).</summary>
    public static Refusal JudgeWebSocket(RequestHead head, ServedHttp options) =>
        !options.WebSockets ? Refusal.WebSocketForbidden
        : !Persistence.ConnectionNames(head, "upgrade"u8) ? Refusal.BadWebSocketRequest
        : head.Method != Method.Get ? Refusal.WebSocketMethod
        : default;

    private static bool HasSameHost(RequestHead head) =>
        !head.Has(KnownField.Host) || Ascii.EqualsIgnoreCase(head.HostText, head.Value(KnownField.Host));
}
