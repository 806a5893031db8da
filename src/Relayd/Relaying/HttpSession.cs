using System;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Tables;

namespace Sluice.Relayd.Relaying;

/// <summary>A session of an http relay: requests in order, one at a time, each with its response.</summary>
/// <remarks>The body of a request goes up while the response comes down, so either may be of any length, and either side may speak first (100-continue, early answers).
/// The connection to a host is the session's until the host closes it, or a request goes elsewhere (R-HTTP-30).</remarks>
internal sealed class HttpSession : RelaySession
{
    private static readonly Func<object, ValueTask> _runUp = static session => ((HttpSession)session).SendUp();
    private static readonly Action<object> _upEnded = static session => ((HttpSession)session).UpEnded();

    private readonly Action _hostDeparted;
    private readonly Waiter _upIsOver = new();
    private readonly SessionRemarks _remarks = new();

    // Made for the first tunnel.
    private Duplex? _duplex;

    // From the first byte of a request to the end of its answer.
    private HttpExchange? _exchange;
    private Phase _phase;

    // Which table the host was chosen from by a rule; null where none chose.
    private string? _table;

    // The host has answered on this connection before, and may have closed it since.
    private bool _isKept;

    // The host took too long.
    private bool _isLate;
    private bool _isUpRunning;

    public HttpSession(SessionSet owner)
        : base(owner)
    {
        _hostDeparted = DropHost;
    }

    private enum Phase
    {
        // Between requests, no byte of the next one seen.
        Idle,

        // A part of a head is there, and its time runs.
        Head,

        // A host is connected to, or its answer is awaited.
        Waiting,

        // The answer goes to the client.
        Answering,
        Tunnel,
        Over,
    }

    private enum Step
    {
        Wait,
        Taken,
        Interim,

        // Nothing came, and the host is gone.
        Gone,
        Refused,
        Ended,
    }

    /// <inheritdoc/>
    public override SessionState State => _phase == Phase.Over ? SessionState.Done : SessionState.Running;

    /// <inheritdoc/>
    public override bool IsOver => _phase == Phase.Over;

    /// <inheritdoc/>
    public override string Remarks => _remarks.Text;

    /// <inheritdoc/>
    public override Refusal Refusal { get; protected set; }

    private ServedHttp Http => Relay.Http!; // of an http relay

    private HttpExchange Exchange => _exchange ?? throw new InvalidOperationException("No request is being served.");

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public override async ValueTask Run(Connection client, ServedRelay relay)
    {
        Begin(client, relay);
        (_phase, Refusal, _table) = (Phase.Idle, default, null);
        _remarks.Begin(relay.Logging);
        client.RequireProgress(Http.ReaderPace.Period, Http.ReaderPace.Bytes);
        try
        {
            bool goesOn = relay.TrustedProxies is null || await IsIntroduced(relay.TrustedProxies);
            Outcome = goesOn ? SessionEnd.Done : Outcome;
            while (goesOn)
            {
                Wake wake = Wake.Ready;
                Step step;
                while ((step = TryReadRequest(wake)) == Step.Wait)
                {
                    wake = await client.Readable();
                }

                goesOn = step == Step.Taken && TryJudgeRequest() && (IsHostReady() || await HasHost());
                if (goesOn)
                {
                    await SendRequest();
                    wake = Wake.Ready;
                    while ((step = TryReadResponse(wake)) is not (Step.Taken or Step.Refused))
                    {
                        wake = step == Step.Wait ? await HostConnection!.Readable()
                            : step == Step.Interim ? await SendInterim()
                            : await SendAgain();
                    }

                    goesOn = step == Step.Taken && await IsAnswered();
                }
            }

            await Conclude();
        }
        finally
        {
            Finish();
        }
    }

    /// <inheritdoc/>
    public override void HostDown()
    {
        if (_phase is Phase.Idle or Phase.Head)
        {
            DropHost();
        }
        else
        {
            base.HostDown();
        }
    }

    /// <inheritdoc/>
    public override void Moved()
    {
        // A request's head has its own time, whatever else moves.
        if (_phase != Phase.Head)
        {
            base.Moved();
        }
    }

    /// <inheritdoc/>
    protected override void OnExpired()
    {
        switch (_phase)
        {
            case Phase.Waiting:
                (_isLate, Outcome) = (true, SessionEnd.ConnectTimeout);
                HostConnection?.Close();
                break;
            case Phase.Tunnel:
                _duplex!.Expire();
                break;
            default:
                Close(SessionEnd.Idle);
                break;
        }
    }

    private Step TryReadRequest(Wake wake)
    {
        Connection client = ClientConnection!;
        while (wake == Wake.Ready)
        {
            if (!client.Input.IsEmpty)
            {
                _exchange ??= Owner.Exchanges.Rent();
                RequestHead head = _exchange.Request;
                switch (RequestParser.Parse(client.Input, head, Http.Limits))
                {
                    case ParseStatus.Complete:
                        client.Consume(head.Length);
                        _phase = Phase.Waiting;
                        Moved();
                        return Step.Taken;
                    case ParseStatus.Rejected:
                        return Refuse(Refusal.OfRequest(head.Rejection, client.Input));
                    default:
                        break;
                }
            }

            switch (client.TryFill())
            {
                case Fill.More:
                    break;
                case Fill.Again:
                    if (_phase == Phase.Idle && !client.Input.IsEmpty)
                    {
                        _phase = Phase.Head;
                        Moved(Http.HeadTimeout);
                    }

                    return Step.Wait;
                case Fill.Full:
                    return Refuse(Refusal.OfRequest(Rejection.FieldsTooLong, []));
                default:
                    return Step.Ended;
            }
        }

        return Step.Ended;
    }

    // Whether it may be sent on.
    private bool TryJudgeRequest()
    {
        Refusal refusal = Exchange.PrepareRequest(Http);
        if (refusal.Status != 0)
        {
            _ = Refuse(refusal);
            return false;
        }

        _remarks.Request([], Exchange.Request.MethodText);
        return true;
    }

    // The one that the last request went to is at hand.
    private bool IsHostReady()
    {
        if (HostConnection is not { } host)
        {
            return false;
        }

        _ = host.TellOfDeparture(watcher: null);
        if (HostPool.IsAtRest(host))
        {
            _isKept = true;
            return true;
        }

        DropHost();
        return false;
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> HasHost()
    {
        (_isKept, _isLate) = (false, false);
        Outcome = SessionEnd.Failed;
        bool isConnected = Relay.Chain.TryChoose(Client, _table, ClientConnection!.Loop.Now, out Target target) && target.Address.Kind != AddressKind.None;
        if (isConnected)
        {
            GoTo(target);
            isConnected = await IsConnected(target) && (Relay.ProxyVersion == 0 || await HasGreeted());
        }

        if (isConnected)
        {
            Owner.Established(this);
            Outcome = SessionEnd.Done;
            return true;
        }

        _ = Refuse(Refusal.OfConnecting(_isLate ? SessionEnd.ConnectTimeout : Outcome));
        return false;
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask SendRequest()
    {
        Connection client = ClientConnection!;
        Connection host = HostConnection!;
        RequestHead head = Exchange.Request;
        _ = await HeadWriter.Put(host, head, Exchange.Changes);
        BodyTransfer up = Exchange.Up;
        up.Begin(client, host, Exchange.Framing, head, ForwardedForm.Chunked);
        if (up.State == TransferState.Complete)
        {
            // Where that fails the host is gone, which its answer tells too, or that there is none.
            _ = await host.Flush();
        }
        else if (up.IsHere)
        {
            await up.Run(this, pipes: null);
        }
        else
        {
            _isUpRunning = true;
            client.Loop.Spawn(_runUp, this, _upEnded);
        }
    }

    // A kept connection may turn out closed by the host before the request came there; where it does no harm to ask twice, another one is asked (RFC 9110 9.2.2).
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<Wake> SendAgain()
    {
        DropHost();
        if (!await HasHost())
        {
            return Wake.Closed;
        }

        await SendRequest();
        return Wake.Ready;
    }

    private ValueTask SendUp() => Exchange.Up.Run(this, Relay.Pipes);

    private void UpEnded()
    {
        _isUpRunning = false;
        switch (Exchange.Up.State)
        {
            case TransferState.Complete:
                if (Exchange.Framing.Kind == BodyKind.UntilClose)
                {
                    HostConnection?.ShutdownOutput();
                }

                break;
            case TransferState.SinkBroken or TransferState.Closed:
                // The host may have answered before it went, and the client is told of that.
                break;
            default:
                // Nobody can make a request of what came.
                Refusal = Exchange.Up.State == TransferState.Rejected ? Refusal.OfBody(Exchange.Up.Rejection) : default;
                HostConnection?.Close();
                break;
        }

        _upIsOver.Complete(Wake.Ready);
    }

    private Step TryReadResponse(Wake wake)
    {
        Connection? host = HostConnection;
        while (wake == Wake.Ready && host is not null)
        {
            if (!host.Input.IsEmpty)
            {
                switch (ResponseParser.Parse(host.Input, Exchange.Response, Http.Limits))
                {
                    case ParseStatus.Complete:
                        host.Consume(Exchange.Response.Length);
                        Moved();
                        return JudgeResponse();
                    case ParseStatus.Rejected:
                        return Refuse(Refusal.BadGateway);
                    default:
                        break;
                }
            }

            switch (host.TryFill())
            {
                case Fill.More:
                    break;
                case Fill.Again:
                    return Step.Wait;
                case Fill.Full:
                    return Refuse(Refusal.BadGateway);
                default:
                    return MayAskAgain() ? Step.Gone : Refuse(Refusal.BadGateway);
            }
        }

        // Where the request was not whole, or no good, that has been said.
        bool isRequestLost = Exchange.Up.State is TransferState.Cut or TransferState.SourceBroken or TransferState.Rejected;
        return isRequestLost ? Step.Refused : Refuse(_isLate ? Refusal.Late : Refusal.BadGateway);
    }

    private bool MayAskAgain() => _isKept && HostConnection!.Input.IsEmpty && Exchange.Framing.Kind == BodyKind.None && RequestJudge.IsIdempotent(Exchange.Request.Method);

    private Step JudgeResponse()
    {
        ResponseHead head = Exchange.Response;
        Refusal refusal = Exchange.PrepareResponse();
        if (refusal.Status != 0)
        {
            return Refuse(refusal);
        }

        if (!head.IsInterim)
        {
            _remarks.Response([]);
            return Step.Taken;
        }

        return Step.Interim;
    }

    // HTTP/1.0 knows no interim answers.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<Wake> SendInterim()
    {
        Connection client = ClientConnection!;
        Wake wake = Wake.Ready;
        if (Exchange.Request.Version == HttpVersion.Http11)
        {
            wake = await HeadWriter.Put(client, Exchange.Response, Exchange.Changes);
            wake = wake == Wake.Ready ? await client.Flush() : wake;
        }

        Exchange.Response.Clear();
        return wake;
    }

    // Sends the response; whether another request may follow.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> IsAnswered()
    {
        Connection client = ClientConnection!;
        Connection host = HostConnection!;
        ResponseHead head = Exchange.Response;
        Exchange.DecideContinuation();
        _phase = Phase.Answering;
        Wake wake = await HeadWriter.Put(client, head, Exchange.Changes);
        if (Exchange.IsTunnel)
        {
            _ = await client.Flush();
            _phase = Phase.Tunnel;
            _duplex ??= new Duplex(this);
            await _duplex.Run(client, host, Relay.Pipes);
            return false;
        }

        BodyTransfer down = Exchange.Down;
        down.Begin(host, client, Exchange.ResponseFraming, head, Exchange.ResponseForm);
        if (down.State == TransferState.Complete)
        {
            wake = await client.Flush();
        }
        else
        {
            await down.Run(this, Relay.Pipes);
        }

        return wake == Wake.Ready && MayGoOn();
    }

    private bool MayGoOn()
    {
        BodyTransfer down = Exchange.Down;
        if (down.State == TransferState.SourceBroken)
        {
            (Outcome, Error) = (SessionEnd.SocketError, HostConnection!.Error);
        }

        if (down.State != TransferState.Complete)
        {
            // A client that cannot see by the framing that something is missing is told by a reset.
            if (Exchange.ResponseFraming.Kind == BodyKind.UntilClose && down.State != TransferState.Closed)
            {
                ClientConnection!.Abort();
            }

            return false;
        }

        if (Exchange.Continuation == Continuation.Close)
        {
            return false;
        }

        bool keepsHost = Exchange.KeepsHost;
        Owner.Exchanges.Return(Exchange);
        _exchange = null;
        _phase = Phase.Idle;
        Moved();
        if (!keepsHost || HostConnection!.TellOfDeparture(_hostDeparted))
        {
            DropHost();
        }

        return true;
    }

    private Step Refuse(Refusal refusal)
    {
        Refusal = refusal;
        return Step.Refused;
    }

    // The session ends here: with a page where something went wrong before an answer began.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Conclude()
    {
        Connection client = ClientConnection!;
        bool isTunnel = _phase == Phase.Tunnel;
        bool mustLinger = Refusal.Message is not null || _isUpRunning || !client.Input.IsEmpty;
        if (_isUpRunning)
        {
            // It may use either connection until it is over.
            HostConnection?.Close();
            client.InterruptReader();
        }

        if (_isUpRunning)
        {
            _ = await _upIsOver.Wait();
        }

        DropHost();
        if (Refusal.Message is not null && !client.IsClosed)
        {
            Outcome = Http.Page is null || Refusal.Status == 0 ? SessionEnd.Refused : SessionEnd.Answered;
            if (Outcome == SessionEnd.Answered)
            {
                _phase = Phase.Answering;
                Moved();
                _ = await client.Flush(Page());
            }
        }

        if (mustLinger && !isTunnel && !client.IsClosed)
        {
            await client.Linger(Http.LingerTime, Http.LingerBytes);
        }

        _phase = Phase.Over;
    }

    private byte[] Page()
    {
        Span<byte> date = stackalloc byte[HttpDate.Length];
        HttpDate.Write(ClientConnection!.Loop.Utc, date);
        Method method = _exchange?.Request.Method ?? Method.Unknown;
        return Http.Page!.Answer(Refusal.Status, Refusal.Message, label: "", Encoding.ASCII.GetString(date), method);
    }

    private void DropHost()
    {
        if (HostConnection is { } host)
        {
            HostConnection = null;
            host.Close();
            Connector.Release(host);
        }
    }

    private void Finish()
    {
        (Connection? client, Connection? host, HttpExchange? exchange) = (ClientConnection, HostConnection, _exchange);
        End();
        _exchange = null;
        if (IsOver)
        {
            DropHost();
            if (exchange is not null)
            {
                Owner.Exchanges.Return(exchange);
            }
        }
        else
        {
            // An exception ended it: nobody knows who uses what.
            client?.Close();
            host?.Close();
        }

        HostConnection = null;
    }
}
