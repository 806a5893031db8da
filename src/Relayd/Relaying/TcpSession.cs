using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Tables;

namespace Sluice.Relayd.Relaying;

/// <summary>A session of a plain relay, from the client's connection to the end of both directions. It is its own deadline: nothing may be idle longer than that.</summary>
/// <remarks>Each direction ends by itself, and its end is passed on when everything before was delivered (D-37); a reset of one side is passed on as a reset.</remarks>
internal sealed class TcpSession : Deadline
{
    // Of connecting while descriptors are short (R-RELAY-26).
    private const int MostAttempts = 5;
    private static readonly TimeSpan _betweenAttempts = TimeSpan.FromSeconds(1);

    // How long a side has to take the last that there is for it: where it can be told nothing more, and sends on, or will be told of a reset.
    private static readonly TimeSpan _drainTime = TimeSpan.FromSeconds(5);

    private static readonly Func<object, ValueTask> _runUp = static session => ((TcpSession)session)._up.Run();
    private static readonly Action<object> _upEnded = static session => ((TcpSession)session).UpEnded();

    private readonly SessionSet _owner;
    private readonly Pump _up;
    private readonly Pump _down;
    private readonly Waiter _upIsOver = new();
    private readonly Action _broken;

    // Null outside of Run; the host's also before it is connected to.
    private Connection? _client;
    private Connection? _host;
    private Phase _phase;

    private bool _isUpOver;

    // What has still to be read from whoever cannot be told anything.
    private Pump? _undelivered;

    public TcpSession(SessionSet owner)
    {
        _owner = owner;
        _up = new Pump(this);
        _down = new Pump(this);
        InProcess = new LinkedListNode<TcpSession>(this);
        AtHost = new LinkedListNode<TcpSession>(this);
        _broken = BreakOff;
    }

    private enum Phase
    {
        Connecting,
        Relaying,

        // Sending to one side failed: what it had said before is delivered, and then the other one is reset.
        Resetting,
        Draining,
    }

    /// <summary>From 1 in this process.</summary>
    public long Id { get; private set; }

    /// <summary>What it goes by.</summary>
    public ServedRelay Relay { get; private set; } = null!;

    /// <summary>Whom it serves; whom a trusted proxy named.</summary>
    public SocketAddress Client { get; private set; }

    /// <summary>Where it goes to; none before that is known.</summary>
    public SocketAddress Target { get; private set; }

    /// <summary>From 1; 0 for none.</summary>
    public int TagId { get; private set; }

    /// <summary>When it began, and when something moved last, by the time of the loop.</summary>
    public (TimeSpan Began, TimeSpan Moved) Times { get; private set; }

    /// <summary>How it ends.</summary>
    public SessionEnd Outcome { get; private set; }

    /// <summary>What the system said, where that is why it ends.</summary>
    public Errno Error { get; private set; }

    /// <summary>How far it is.</summary>
    public SessionState State => _up.State == PumpState.Running && _down.State == PumpState.Running ? SessionState.Running : SessionState.Done;

    /// <summary>Whether it came to its end and can be used again; not where an exception ended it.</summary>
    public bool IsOver => _up.State != PumpState.Running && _down.State != PumpState.Running;

    /// <summary>Whether the end of a direction follows its last bytes; a reset would take those with it that wait for an end.</summary>
    public bool PassesEndsOn => _phase != Phase.Resetting;

    /// <summary>Its place among all sessions of the process.</summary>
    public LinkedListNode<TcpSession> InProcess { get; }

    /// <summary>Its place among the sessions of its host; in no list where that is none of a table.</summary>
    public LinkedListNode<TcpSession> AtHost { get; }

    /// <summary>Serves a client to the end.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public async ValueTask Run(Connection client, ServedRelay relay)
    {
        Begin(client, relay);
        try
        {
            if (relay.TrustedProxies is null)
            {
                // What the client says is here with the host's connection, or later: the loop tells, where asking would mostly be too early.
                _ = client.TryRest();
            }

            bool isAdmitted = relay.TrustedProxies is null || await IsIntroduced(relay.TrustedProxies);

            // At once, also where the client has said nothing: the host may be the one to speak first.
            bool isConnected = isAdmitted && TryChoose(out Target target) && await IsConnected(target);
            if (!isConnected || (relay.ProxyVersion > 0 && !await HasGreeted()))
            {
                return;
            }

            _owner.Established(this);
            Moved();
            (_phase, _isUpOver, Outcome) = (Phase.Relaying, false, SessionEnd.Done);
            _up.Open(client, _host!, relay.Pipes);
            _down.Open(_host!, client, relay.Pipes);
            client.Loop.Spawn(_runUp, this, _upEnded);
            await _down.Run();
            if (!_isUpOver)
            {
                _ = await _upIsOver.Wait();
            }

            if (_undelivered is not null)
            {
                _phase = Phase.Draining;
                Arm(client.Loop.Timeouts(_drainTime));
                await _undelivered.Drain();
            }
        }
        finally
        {
            End();
        }
    }

    /// <summary>Something moved: time begins anew. Costs two comparisons where that was short ago.</summary>
    public void Moved()
    {
        Times = (Times.Began, _client!.Loop.Now);
        Arm(_phase == Phase.Resetting ? _client.Loop.Timeouts(_drainTime) : Relay.Timeout);
    }

    /// <summary>A direction is over.</summary>
    public void Over(Pump pump)
    {
        Pump other = pump == _up ? _down : _up;
        switch (pump.State)
        {
            case PumpState.Ended or PumpState.SourceBroken when _phase == Phase.Resetting:
                Reset(Error);
                break;
            case PumpState.Ended when other.State == PumpState.Running:
                pump.Sink.ShutdownOutput();
                if (pump.Source.TellOfBreak(_broken))
                {
                    BreakOff();
                }

                break;
            case PumpState.Ended when other.State == PumpState.SinkBroken:
                pump.Sink.ShutdownOutput();
                break;
            case PumpState.SinkBroken when other.State == PumpState.Ended || pump.Sink.Error == Errno.BrokenPipe:
                // The sink had said its end before it broke, tcp(7): what it sent is whole, and is delivered first.
                (_undelivered, Outcome, Error) = (pump, SessionEnd.SocketError, Errno.BrokenPipe);
                break;
            case PumpState.SinkBroken when other.State == PumpState.Running:
                (_phase, Outcome, Error) = (Phase.Resetting, SessionEnd.SocketError, pump.Sink.Error);
                Moved();
                break;
            case PumpState.SinkBroken:
                Reset(pump.Sink.Error);
                break;
            case PumpState.SourceBroken:
                Reset(pump.Source.Error);
                break;
            default:
                break;
        }
    }

    /// <summary>Ends it: what was given to the system is still delivered.</summary>
    public void Close(SessionEnd outcome)
    {
        Outcome = outcome;
        Error = outcome == SessionEnd.ConnectTimeout ? Errno.TimedOut : Errno.None;
        _client?.Close();
        _host?.Close();
    }

    /// <inheritdoc/>
    protected override void OnExpired()
    {
        switch (_phase)
        {
            case Phase.Connecting:
                Close(SessionEnd.ConnectTimeout);
                break;
            case Phase.Resetting:
                Reset(Error);
                break;
            case Phase.Draining:
                _client?.Close();
                _host?.Close();
                break;
            default:
                Close(SessionEnd.Idle);
                break;
        }
    }

    private void Begin(Connection client, ServedRelay relay)
    {
        (_client, Relay, Client) = (client, relay, client.Peer);
        (Target, TagId, Outcome, Error) = (default, 0, SessionEnd.Silent, Errno.None);
        (_phase, _undelivered) = (Phase.Connecting, null);
        Times = (client.Loop.Now, client.Loop.Now);
        Id = _owner.Begin(this);
        Arm(relay.Timeout);
    }

    // A proxy has to say for whom it speaks (D-31).
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> IsIntroduced(AddressSet trusted)
    {
        if (await _owner.Preface.Read(_client!, trusted, Relay.Timeout) is not { } peer)
        {
            return false;
        }

        Client = peer.Client;
        return true;
    }

    private bool TryChoose(out Target target)
    {
        target = default;
        string? table = null;
        if (Relay.Filter is { } filter)
        {
            Verdict verdict = filter.Judge(Client, filter.NeedsLocal ? _client!.Local : default);
            (TagId, table) = (verdict.TagId, verdict.Table);
            if (verdict.Action == RuleAction.Block)
            {
                Outcome = SessionEnd.Forbidden;
                return false;
            }
        }

        Outcome = SessionEnd.Failed;
        if (!Relay.Chain.TryChoose(Client, table, _client!.Loop.Now, out target) || target.Address.Kind == AddressKind.None)
        {
            return false;
        }

        Target = target.Address;
        _owner.GoesTo(this, target.Place);
        return true;
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> IsConnected(Target target)
    {
        Connection client = _client!;
        Errno error = BeginToConnect(target);
        for (int attempt = 0; IsShortage(error) && attempt < MostAttempts; attempt++)
        {
            await client.Loop.Sleep(_betweenAttempts);
            if (client.IsClosed)
            {
                return false;
            }

            error = BeginToConnect(target);
        }

        if (error == Errno.InProgress)
        {
            Outcome = SessionEnd.SocketError;
            if (await _host!.Connected() != Wake.Ready)
            {
                return false;
            }

            error = _host.ConnectError;
        }

        Error = error;
        Outcome = IsShortage(error) ? SessionEnd.NoDescriptor : Outcome;
        return error == Errno.None;
    }

    // Attempts that fail at once are repeated at once (R-RELAY-12); without descriptors that is of no use.
    private Errno BeginToConnect(in Target target)
    {
        Errno error;
        int left = target.Retry;
        do
        {
            error = Connector.Begin(_client!.Loop, target.Address, Relay.Options, out _host);
        }
        while (error is not (Errno.None or Errno.InProgress) && !IsShortage(error) && left-- > 0);
        return error;
    }

    private static bool IsShortage(Errno error) =>
        error is Errno.DescriptorsExhausted or Errno.SystemDescriptorsExhausted or Errno.NoBuffers or Errno.OutOfMemory;

    // The header leaves with the first words of the client, if they are here, or else alone (R-RELAY-40).
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> HasGreeted()
    {
        SocketAddress local = Relay.Listen.IsWildcard ? _client!.Local.WithPort(Relay.Listen.Port) : Relay.Listen;
        _host!.Commit(ProxyGreeting.Write(Relay.ProxyVersion, Client, local, _host.Output(ProxyGreeting.LongestLength)));
        Outcome = SessionEnd.NoProxyHeader;
        return !_client!.Input.IsEmpty || _client.TryFill() == Fill.More || await _host.Flush() == Wake.Ready;
    }

    private void UpEnded()
    {
        _isUpOver = true;
        if (_up.State == PumpState.Running)
        {
            // An exception ended it.
            Close(SessionEnd.Closed);
        }

        _upIsOver.Complete(Wake.Ready);
    }

    // A side that had said its end broke: nobody is left for what the other one sends.
    private void BreakOff() => (_up.State == PumpState.Running ? _up : _down).BreakSink();

    private void Reset(Errno error)
    {
        (Outcome, Error, _undelivered) = (SessionEnd.SocketError, error, null);
        _client?.Abort();
        _host?.Abort();
    }

    private void End()
    {
        Disarm();
        _owner.End(this);
        Connection? host = _host;
        if (IsOver)
        {
            Connector.Release(host);
        }
        else
        {
            _client?.Close();
            host?.Close();
        }

        (_client, _host) = (null, null);
    }
}
