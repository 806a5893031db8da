using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Relaying;

/// <summary>A session of an http relay: requests in order, one at a time, each with its response.</summary>
/// <remarks>The body of a request goes up while the response comes down, so either may be of any length, and either side may speak first (100-continue, early answers).
/// The connection to a host is the session's until the host closes it, or a request goes elsewhere (R-HTTP-30).</remarks>
internal sealed class HttpSession : RelaySession
{
    private readonly Action _hostDeparted;
    private readonly SideTransfer _up;
    private readonly SideTransfer _down;
    private readonly SessionRemarks _remarks = new();
    private readonly SessionFilter _filter = new();

    // Made for the first tunnel.
    private Duplex? _duplex;

    // From the first byte of a request to the end of its answer.
    private HttpExchange? _exchange;
    private HttpPhase _phase;

    // Who connected, or whom a PROXY header named.
    private SocketAddress _peer;

    // The client's connection ends with the host's.
    private bool _goesWithHost;

    // The host took too long.
    private bool _isLate;

    // The host answers until it closes, whatever else is asked meanwhile.
    private bool _isOpenEnded;

    public HttpSession(SessionSet owner)
        : base(owner)
    {
        _hostDeparted = HostDeparted;
        _up = new SideTransfer(this, UpEnded);
        _down = new SideTransfer(this, DownEnded);
    }

    /// <inheritdoc/>
    public override SessionState State => _phase == HttpPhase.Over ? SessionState.Done : SessionState.Running;

    /// <inheritdoc/>
    public override bool IsOver => _phase == HttpPhase.Over;

    /// <inheritdoc/>
    public override string Remarks => _remarks.Text;

    /// <inheritdoc/>
    public override Refusal Refusal { get; protected set; }

    /// <summary>Bytes that the client has taken of the answer's body or out of the tunnel.</summary>
    public long Sent => _phase == HttpPhase.Tunnel ? _duplex!.Sent : Exchange.Down.Sent;

    /// <inheritdoc/>
    protected override bool AwaitsHost => _phase == HttpPhase.Waiting && !_up.IsRunning;

    private ServedHttp Http => Relay.Http!; // of an http relay

    // Whether some of an answer may be at the client.
    private bool HasBegun => _isOpenEnded || _phase is HttpPhase.Answering or HttpPhase.Tunnel;

    private HttpExchange Exchange => _exchange ?? throw new InvalidOperationException("No request is being served.");

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public override async ValueTask Run(Connection client, ServedRelay relay)
    {
        Begin(client, relay);
        (_phase, Refusal, _isOpenEnded) = (HttpPhase.Idle, default, false);
        _remarks.Begin(relay.Logging);
        client.RequireProgress(Http.ReaderPace.Period, Http.ReaderPace.Bytes);
        try
        {
            bool goesOn = (relay.TrustedProxies is null || await IsIntroduced(relay.TrustedProxies))
                && (relay.Tls is null || await IsEncrypted(relay.Tls));
            _peer = Client;
            _filter.Begin(Http, Client, Http.Rules is null ? default : client.Local);
            Outcome = goesOn ? SessionEnd.Done : Outcome;
            while (goesOn)
            {
                Wake wake = Wake.Ready;
                HttpStep step;
                while ((step = TryReadRequest(wake)) == HttpStep.Wait)
                {
                    wake = await client.Readable();
                }

                goesOn = step == HttpStep.Taken && TryJudgeRequest() && (_isOpenEnded || IsHostReady() || await HasHost());
                if (goesOn)
                {
                    await SendRequest();
                }

                if (goesOn && _isOpenEnded)
                {
                    goesOn = await IsSent();
                }
                else if (goesOn)
                {
                    wake = Wake.Ready;
                    while ((step = TryReadResponse(wake)) is not (HttpStep.Taken or HttpStep.Refused))
                    {
                        wake = step == HttpStep.Wait ? await HostConnection!.Readable()
                            : step == HttpStep.Interim ? await Exchange.SendInterim(client)
                            : await SendAgain();
                    }

                    goesOn = step == HttpStep.Taken && await IsAnswered();
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
        if (_phase is HttpPhase.Idle or HttpPhase.Head && !IsPreparing)
        {
            Host.Drop();
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
        if (_phase != HttpPhase.Head)
        {
            base.Moved();
        }
    }

    /// <inheritdoc/>
    protected override void TooLate()
    {
        switch (_phase)
        {
            case HttpPhase.Waiting:
                (_isLate, Outcome) = (true, Host.Late);
                HostConnection?.Close();
                break;
            case HttpPhase.Tunnel:
                _duplex!.Expire();
                break;
            default:
                Outcome = SessionEnd.Idle;
                SayRequest();
                Close(SessionEnd.Idle);
                break;
        }
    }

    private HttpStep TryReadRequest(Wake wake)
    {
        Connection client = ClientConnection!;
        Fill fill = wake != Wake.Ready ? Fill.Failed : client.Input.IsEmpty ? client.TryFill() : Fill.More;
        if (fill != Fill.More)
        {
            return fill == Fill.Again ? HttpStep.Wait : HttpStep.Ended;
        }

        _exchange ??= Owner.Exchanges.Rent();
        _exchange.Record.Begin(client.Loop.Now);
        RequestHead head = _exchange.Request;
        switch (HeadReader.Read(client, head, Http.Limits))
        {
            case HeadStatus.Complete:
                _phase = HttpPhase.Waiting;
                _exchange.Record.Read(client.Loop.Now);
                Moved();
                return HttpStep.Taken;
            case HeadStatus.Wait:
                if (_phase == HttpPhase.Idle)
                {
                    _phase = HttpPhase.Head;
                    Moved(Http.HeadTimeout);
                }

                return HttpStep.Wait;
            case HeadStatus.Rejected:
                return Refuse(Refusal.OfRequest(head.Rejection));
            default:
                return HttpStep.Ended;
        }
    }

    // Whether it may be sent on.
    private bool TryJudgeRequest()
    {
        Refusal refusal = Exchange.PrepareRequest();
        if (refusal.Status == 0)
        {
            if (Relay.Successor is not null)
            {
                // Each request is served by the newest configuration (D-32).
                (Relay, Client) = (Relay.Newest, _peer);
                _filter.Follow(Http);
                _filter.ServeFor(_peer);
                if (Relay.Successor is not null)
                {
                    // The newest demands more of a connection than this one did, or something else.
                    Exchange.CloseAfterwards();
                }
            }

            if (Http.Trusted is { } trusted)
            {
                Client = ForwardedFor.Resolve(new Peer(ClientConnection!.Peer, _peer, ClientSource.Socket), Exchange.Request, trusted).Client;
                _filter.ServeFor(Client);
            }

            Exchange.GiveId(Http.RequestIdField);
            refusal = Filter(Direction.Request);
            _remarks.Request(_filter.Log, Exchange.Request.MethodText);
            if (refusal.Status == 0 && Exchange.AsksForWebSocket)
            {
                refusal = RequestJudge.JudgeWebSocket(Exchange.Request, Http);
            }

            Exchange.FinishRequest(Http, Owner);
        }

        Refusal = refusal;
        return refusal.Status == 0;
    }

    private Refusal Filter(Direction direction)
    {
        Refusal refusal = _filter.Judge(direction, Exchange, HostConnection is null ? default : Target);
        TagId = _filter.TagId;
        return refusal;
    }

    // The one that the last request went to is at hand.
    private bool IsHostReady()
    {
        string? table = _filter.Table;
        if (HostConnection is not null && !Host.Serves(table))
        {
            // Elsewhere than the request before (R-FILTER-29).
            _remarks.Leaves(Target);
        }

        return Host.TryKeep(table);
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> HasHost()
    {
        Connection client = ClientConnection!;
        bool mustBeNew = Host.IsKept;
        (_isLate, Outcome) = (false, SessionEnd.Failed);
        bool isChosen = Host.TryChoose(_filter.Table, _filter.Hashed);
        if (isChosen && ((!mustBeNew && Http.Pool is { } pool && Host.TryRent(pool)) || (await Host.Connect(client) && !IsBodyBroken() && await Host.Encrypt())))
        {
            Outcome = SessionEnd.Done;
            return true;
        }

        // Where nonsense follows, that is said rather (R-HTTP-31).
        Refusal next = Exchange.JudgeNext(client.Input, Owner.Exchanges, Http.Limits);
        bool isWithdrawn = !isChosen && Http.MaintenancePage is not null && Relay.Chain.IsWithdrawn(_filter.Table);
        _ = Refuse(next.Status != 0 ? next : isWithdrawn ? Refusal.Maintenance : Refusal.OfConnecting(Outcome));
        return false;
    }

    // Hands are not shaken for what no host will get.
    private bool IsBodyBroken() => Host.SpeaksTls && Exchange.JudgeNext(ClientConnection!.Input, Owner.Exchanges, Http.Limits).Status != 0;

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask SendRequest()
    {
        Connection client = ClientConnection!;
        Connection host = HostConnection!;
        RequestHead head = Exchange.Request;
        Exchange.Record.Send(client.Loop.Now);
        _ = await HeadWriter.Put(host, head, Exchange.Changes);
        BodyTransfer up = Exchange.Up;
        up.Begin(client, host, Exchange.Framing, head, ForwardedForm.Chunked, Http.RequestTrailers);
        if (up.State == TransferState.Complete)
        {
            // Where that fails the host is gone, which its answer tells too, or that there is none.
            _ = await host.Flush();
            WatchClient(Http.Patience);
        }
        else if (up.IsHere)
        {
            await up.Run(this, pipes: null);
            WatchClient(Http.Patience);
        }
        else
        {
            _up.Start(up, Relay.Pipes);
        }
    }

    // A kept connection may turn out closed by the host before the request came there; where it does no harm to ask twice, another one is asked (RFC 9110 9.2.2).
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<Wake> SendAgain()
    {
        Host.Drop();
        if (!await HasHost())
        {
            return Wake.Closed;
        }

        await SendRequest();
        return Wake.Ready;
    }

    private void UpEnded()
    {
        switch (Exchange.Up.State)
        {
            case TransferState.Complete:
                if (Exchange.Framing.Kind == BodyKind.UntilClose)
                {
                    HostConnection?.ShutdownOutput();
                }

                WatchClient(Http.Patience);
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
    }

    private HttpStep TryReadResponse(Wake wake)
    {
        HeadStatus status = wake == Wake.Ready && HostConnection is { } host ? HeadReader.Read(host, Exchange.Response, Http.Limits) : HeadStatus.Ended;
        switch (status)
        {
            case HeadStatus.Complete:
                Moved();
                Host.Answered();
                return JudgeResponse();
            case HeadStatus.Wait:
                return HttpStep.Wait;
            case HeadStatus.Ended when wake == Wake.Ready && MayAskAgain():
                return HttpStep.Gone;
            default:
                // Where the request was not whole, or no good, that has been said.
                bool isRequestLost = Exchange.Up.State is TransferState.Cut or TransferState.SourceBroken or TransferState.Rejected;
                if (!isRequestLost && IsHostToBlame(status))
                {
                    Host.Failed();
                }

                return isRequestLost ? HttpStep.Refused : Refuse(_isLate ? Refusal.Late : Refusal.BadGateway);
        }
    }

    // Not where the session ends for another reason, a kept connection went away before the request came there, or the client lets both wait for its body.
    private bool IsHostToBlame(HeadStatus status) =>
        !ClientConnection!.IsClosed && (status == HeadStatus.Rejected || !Host.IsKept) && (!_isLate || Exchange.Up.State == TransferState.Complete);

    private bool MayAskAgain() => Host.IsKept && HostConnection is { Input.IsEmpty: true } && Exchange.Framing.Kind == BodyKind.None && RequestJudge.IsIdempotent(Exchange.Request.Method);

    private HttpStep JudgeResponse()
    {
        ResponseHead head = Exchange.Response;
        Refusal refusal = Exchange.PrepareResponse();
        if (refusal.Status != 0)
        {
            Host.Failed();
            return Refuse(refusal);
        }

        Host.Worked();
        refusal = Filter(Direction.Response);
        _remarks.Response(_filter.Log, head);
        return refusal.Status != 0 ? Refuse(refusal) : head.IsInterim ? HttpStep.Interim : HttpStep.Taken;
    }

    // Nothing can be asked any more.
    private void DownEnded()
    {
        Host.Judge(Exchange.Down);
        ClientConnection?.InterruptReader();
    }

    // The request is under way, and its answer somewhere in what comes.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> IsSent()
    {
        await _up.Over();
        bool isSent = Exchange.Up.State == TransferState.Complete && _down.IsRunning;
        SayRequest();
        Exchange.Request.Clear();
        _phase = HttpPhase.Answering;
        return isSent;
    }

    // Sends the response; whether another request may follow.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> IsAnswered()
    {
        Connection client = ClientConnection!;
        Connection host = HostConnection!;
        ResponseHead head = Exchange.Response;
        Exchange.Record.Answer(client.Loop.Now, head.Status);
        _isOpenEnded = Exchange.IsOpenEnded;
        Exchange.DecideContinuation();
        _phase = HttpPhase.Answering;
        BodyTransfer down = Exchange.Down;
        down.Begin(host, client, Exchange.ResponseFraming, head, Exchange.ResponseForm, Http.ResponseTrailers);
        Wake wake = await HeadWriter.Put(client, head, Exchange.Changes);
        if (Exchange.IsTunnel)
        {
            _ = await client.Flush();
            _phase = HttpPhase.Tunnel;
            _duplex ??= new Duplex(this);
            await _duplex.Run(client, host, Relay.Pipes);
            return false;
        }

        if (_isOpenEnded)
        {
            SayRequest();
            Exchange.Request.Clear();
            _down.Start(down, Relay.Pipes);
            return _down.IsRunning;
        }

        // Where nothing is to come from the client, the end of the session leaves with its last bytes.
        down.EndsSink = Exchange.Continuation == Continuation.Close && Exchange.Up.State == TransferState.Complete && client.Input.IsEmpty;
        if (down.State == TransferState.Complete)
        {
            wake = await (down.EndsSink ? client.FlushLast() : client.Flush());
        }
        else
        {
            await down.Run(this, Relay.Pipes);
        }

        return wake == Wake.Ready && MayGoOn();
    }

    private bool MayGoOn()
    {
        Host.Judge(Exchange.Down);
        if (Exchange.Down.State != TransferState.Complete)
        {
            return false;
        }

        bool keepsHost = Exchange.KeepsHost;
        _goesWithHost = Exchange.GoesWithHost;
        if (keepsHost && Http.Pool is { } pool)
        {
            // Another session may have it before this one asks again.
            Host.Return(pool);
            keepsHost = false;
        }

        if (Exchange.Continuation == Continuation.Close || (_goesWithHost && !keepsHost))
        {
            return false;
        }

        SayRequest();
        Owner.Exchanges.Return(Exchange);
        _exchange = null;
        _phase = HttpPhase.Idle;
        Moved();
        if (!keepsHost || HostConnection!.TellOfDeparture(_hostDeparted))
        {
            Host.Drop();
            return !_goesWithHost;
        }

        return true;
    }

    private HttpStep Refuse(Refusal refusal)
    {
        Refusal = refusal;
        return HttpStep.Refused;
    }

    // The session ends here: with a page where something went wrong before an answer began.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Conclude()
    {
        Connection client = ClientConnection!;
        bool mustLinger = _phase != HttpPhase.Tunnel && (Refusal.Message is not null || _up.IsRunning || !client.Input.IsEmpty);
        await StopTransfers();
        Host.Drop();
        if (Refusal.Message is not null && !client.IsClosed)
        {
            RelayPage? page = HasBegun ? null : Http.PageOf(Refusal);
            Outcome = page is null ? SessionEnd.Refused : SessionEnd.Answered;
            _phase = HttpPhase.Answering;
            Moved();
            if (page is not null)
            {
                _ = await client.Flush(page.Answer(Refusal, _filter.Label, client.Loop.Utc, _exchange?.Request.Method ?? Method.Unknown));
            }
        }

        SayRequest();
        if (mustLinger && !client.IsClosed)
        {
            await client.Linger(Http.LingerTime, Http.LingerBytes);
        }

        _phase = HttpPhase.Over;
    }

    private void SayRequest()
    {
        if (_exchange is not null)
        {
            Owner.Requests.Say(_exchange, this, ClientConnection!);
        }
    }

    // They may use either connection until they are over.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask StopTransfers()
    {
        Connection client = ClientConnection!;
        if (_down.IsRunning && Refusal.Message is null && !client.IsClosed)
        {
            // A client that has said its end gets what there is for it; the host is told.
            HostConnection?.ShutdownOutput();
            await _down.Over();
        }

        if (_up.IsRunning || _down.IsRunning)
        {
            HostConnection?.Close();
            client.InterruptReader();
        }

        await _up.Over();
        await _down.Over();
    }

    private void HostDeparted()
    {
        Host.Drop();
        if (_goesWithHost)
        {
            ClientConnection?.InterruptReader();
        }
    }

    private void Finish()
    {
        (Connection? client, HttpExchange? exchange) = (ClientConnection, _exchange);
        End();
        _exchange = null;
        if (IsOver)
        {
            Host.Drop();
            if (exchange is not null)
            {
                Owner.Exchanges.Return(exchange);
            }
        }
        else
        {
            // An exception ended it: nobody knows who uses what.
            client?.Close();
            Host.Abandon();
        }
    }
}
