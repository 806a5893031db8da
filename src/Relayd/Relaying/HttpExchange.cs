using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Relayd.Relaying;

/// <summary>A request of a session and its response, as long as they are under way. An idle session has none.</summary>
internal sealed class HttpExchange
{
    private const int SwitchingProtocols = 101;

    // Made for the first body in chunks.
    private ChunkedDecoder? _chunks;

    /// <summary>The request's head.</summary>
    public RequestHead Request { get; } = new();

    /// <summary>How the end of its body is known.</summary>
    public BodyFraming Framing { get; private set; }

    /// <summary>Whether the client keeps its connection.</summary>
    public Continuation Continuation { get; private set; }

    /// <summary>Whether the client's connection ends with the host's.</summary>
    public bool GoesWithHost { get; private set; }

    /// <summary>Whether it asks for WebSocket.</summary>
    public bool AsksForWebSocket { get; private set; }

    /// <summary>The response's head.</summary>
    public ResponseHead Response { get; } = new();

    /// <summary>How the end of the response's body is known.</summary>
    public BodyFraming ResponseFraming { get; private set; }

    /// <summary>What becomes of the one that is sent on next.</summary>
    public HeadChanges Changes { get; } = new();

    /// <summary>What the access log says of it.</summary>
    public RequestRecord Record { get; } = new();

    /// <summary>The request's body on its way to the host.</summary>
    public BodyTransfer Up { get; } = new();

    /// <summary>The response's body on its way to the client.</summary>
    public BodyTransfer Down { get; } = new();

    /// <summary>Whether the response makes a tunnel of both connections (R-HTTP-26, R-HTTP-41).</summary>
    public bool IsTunnel => Response.Status == SwitchingProtocols || (Request.Method == Method.Connect && Response.Status is >= 200 and < 300);

    /// <summary>How chunks of the response are sent on: HTTP/1.0 knows none.</summary>
    public ForwardedForm ResponseForm =>
        ResponseFraming.Kind == BodyKind.Chunked && Request.Version == HttpVersion.Http10 ? ForwardedForm.Plain : ForwardedForm.Chunked;

    /// <summary>Whether the host keeps its connection when both messages are whole.</summary>
    public bool KeepsHost => ResponseFraming.Kind != BodyKind.UntilClose && Up.State == TransferState.Complete && RequestJudge.KeepsConnection(Response);

    /// <summary>Decides about a request whose head is there, and what it is sent on as.</summary>
    /// <returns>Why it cannot be sent on; nothing where it can.</returns>
    public Refusal PrepareRequest()
    {
        Framing = RequestJudge.FramingOf(Request);
        Refusal refusal = RequestJudge.Judge(Request, Framing);
        if (refusal.Status != 0)
        {
            return refusal;
        }

        // One of HTTP/1.0 that says nothing is closed when its host closes, as hosts do.
        GoesWithHost = Framing.Kind != BodyKind.UntilClose && Request.Version == HttpVersion.Http10 && !Request.Has(KnownField.Connection);
        Continuation = Framing.Kind == BodyKind.UntilClose ? Continuation.Close : GoesWithHost ? Continuation.Keep : Persistence.OfRequest(Request);
        AsksForWebSocket = RequestJudge.AsksForWebSocket(Request);
        Changes.Begin(Request);
        HopByHopFilter.Apply(Request, Changes, Framing.Kind);
        if (Request.TargetForm == TargetForm.Absolute && !Request.Has(KnownField.Host))
        {
            Changes.Append("Host"u8, Request.HostText);
        }

        return default;
    }

    /// <summary>Makes sure that there is a field that tells it from all others, before rules are asked.</summary>
    /// <param name="name">Of the field; null for none.</param>
    public void GiveId(byte[]? name)
    {
        if (name is not null)
        {
            RequestId.Give(Request, Changes, name);
        }
    }

    /// <summary>Looks at what came behind the request, as far as it is there: why that cannot be a request; nothing where it can.</summary>
    /// <param name="input">From the first byte of this one's body on.</param>
    /// <param name="pool">Has room for another head.</param>
    /// <param name="limits">Of heads.</param>
    public Refusal JudgeNext(ReadOnlySpan<byte> input, ExchangePool<HttpExchange> pool, HeadLimits limits)
    {
        if (Framing.Kind == BodyKind.Chunked)
        {
            return JudgeChunks(input);
        }

        long body = Framing.Kind is BodyKind.Length or BodyKind.None ? Framing.Length : long.MaxValue;
        if (input.Length <= body)
        {
            return default;
        }

        HttpExchange next = pool.Rent();
        ReadOnlySpan<byte> rest = input[(int)body..];
        Refusal refusal = RequestParser.Parse(rest, next.Request, limits) == ParseStatus.Rejected ? Refusal.OfRequest(next.Request.Rejection) : default;
        pool.Return(next);
        return refusal;
    }

    /// <summary>Adds what the connection to the host needs, after rules had their say.</summary>
    /// <param name="options">Of the relay.</param>
    /// <param name="sessions">All sessions, which may be the last ones of their process.</param>
    public void FinishRequest(ServedHttp options, SessionSet sessions)
    {
        Continuation = sessions.AreLast ? Continuation.Close : Continuation;
        if (options.RequestIdField is { } idField)
        {
            Record.Identify(RequestId.Ensure(Request, Changes, idField));
        }

        if (AsksForWebSocket)
        {
            AppendUpgrade();
        }

        if (Request.Version == HttpVersion.Http10 && Continuation == Continuation.Keep && !GoesWithHost)
        {
            Changes.Append("Connection"u8, "keep-alive"u8);
        }
        else if (Request.Version == HttpVersion.Http11 && Continuation == Continuation.Close && !AsksForWebSocket && options.Pool is null)
        {
            Changes.Append("Connection"u8, "close"u8);
        }

        if (Request.TargetForm == TargetForm.Absolute && !IsHostAsSent())
        {
            // A target that still names the old one would say something else (RFC 9112 3.2.2).
            Changes.UseOriginForm();
        }
    }

    /// <summary>The response ends the client's connection, whatever the client would like.</summary>
    public void CloseAfterwards() => Continuation = Continuation.Close;

    /// <summary>Decides about a response whose head is there, and what it is sent on as.</summary>
    /// <returns>Why it may not be sent on; nothing where it may.</returns>
    public Refusal PrepareResponse()
    {
        ResponseFraming = BodyFraming.OfResponse(Response, Request.Method);
        if (ResponseFraming.Kind == BodyKind.Rejected)
        {
            return Refusal.BadGateway;
        }

        bool isUpgrade = Response.Status == SwitchingProtocols;
        if (isUpgrade && !(AsksForWebSocket && RequestJudge.BecomesWebSocket(Response)))
        {
            return Refusal.BadWebSocketGateway;
        }

        Changes.Begin(Response);
        BodyKind sentAs = ResponseForm == ForwardedForm.Plain ? BodyKind.UntilClose : ResponseFraming.Kind;
        HopByHopFilter.Apply(Response, Changes, sentAs);
        return default;
    }

    /// <summary>Sends an interim response on; HTTP/1.0 knows none.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<Wake> SendInterim(Connection client)
    {
        Wake wake = Wake.Ready;
        if (Request.Version == HttpVersion.Http11)
        {
            wake = await HeadWriter.Put(client, Response, Changes);
            wake = wake == Wake.Ready ? await client.Flush() : wake;
        }

        Response.Clear();
        return wake;
    }

    /// <summary>Whether the host goes on until it closes without having said so: it may be waiting for another request, and a client that knows where its
    /// answers end may send one. Answers are not told apart any more then.</summary>
    public bool IsOpenEnded => ResponseFraming.Kind == BodyKind.UntilClose && Continuation == Continuation.Keep && Up.State == TransferState.Complete
        && !IsTunnel && Request.Version == HttpVersion.Http11 && RequestJudge.KeepsConnection(Response);

    /// <summary>Decides whether the client's connection outlives the response, and tells it; a tunnel is none of a response.</summary>
    public void DecideContinuation()
    {
        bool endsWithClose = ResponseFraming.Kind == BodyKind.UntilClose || ResponseForm == ForwardedForm.Plain;
        if (endsWithClose || Up.State != TransferState.Complete || IsTunnel)
        {
            Continuation = Continuation.Close;
        }

        if (IsTunnel)
        {
            if (Response.Status == SwitchingProtocols)
            {
                AppendUpgrade();
            }

            return;
        }

        if (Continuation == Continuation.Close)
        {
            Changes.Append("Connection"u8, "close"u8);
        }
        else if (Request.Version == HttpVersion.Http10 && !GoesWithHost)
        {
            Changes.Append("Connection"u8, "keep-alive"u8);
        }
    }

    /// <summary>Makes it ready for another.</summary>
    public void Clear()
    {
        Request.Clear();
        Response.Clear();
        Record.Clear();
    }

    private Refusal JudgeChunks(ReadOnlySpan<byte> input)
    {
        _chunks ??= new ChunkedDecoder();
        _chunks.Clear();
        ChunkStatus status;
        do
        {
            status = _chunks.Read(input, out int taken, out _);
            input = input[taken..];
        }
        while (status == ChunkStatus.Content && !input.IsEmpty);
        return status == ChunkStatus.Rejected ? Refusal.OfBody(_chunks.Rejection) : default;
    }

    // Whether no rule has changed whom the request is for. One that came without Host is not looked at closer.
    private bool IsHostAsSent()
    {
        for (int field = 0; field < Request.FieldCount; field++)
        {
            if (Request.FieldKind(field) == KnownField.Host)
            {
                return !Changes.IsDropped(field) && Changes.Value(field).SequenceEqual(Request.FieldValue(field));
            }
        }

        return false;
    }

    private void AppendUpgrade()
    {
        Changes.Append("Connection"u8, "Upgrade"u8);
        Changes.Append("Upgrade"u8, "websocket"u8);
    }
}
