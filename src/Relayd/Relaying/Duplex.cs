using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Relayd.Relaying;

/// <summary>The two directions between a client and a host who may say what they want: plain connections, and tunnels in HTTP.</summary>
/// <remarks>Each direction ends by itself, and its end is passed on when everything before was delivered (D-37); a reset of one side is passed on as a reset.</remarks>
internal sealed class Duplex
{
    // How long a side has to take the last that there is for it: where it can be told nothing more, and sends on, or will be told of a reset.
    private static readonly TimeSpan _drainTime = TimeSpan.FromSeconds(5);

    private static readonly Func<object, ValueTask> _runUp = static duplex => ((Duplex)duplex)._up.Run();
    private static readonly Action<object> _upEnded = static duplex => ((Duplex)duplex).UpEnded();

    private readonly RelaySession _session;
    private readonly Pump _up;
    private readonly Pump _down;
    private readonly Waiter _upIsOver = new();
    private readonly Action _broken;
    private Phase _phase;
    private bool _isUpOver;

    // What has still to be read from whoever cannot be told anything.
    private Pump? _undelivered;

    public Duplex(RelaySession session)
    {
        _session = session;
        _up = new Pump(this);
        _down = new Pump(this);
        _broken = BreakOff;
    }

    private enum Phase
    {
        Relaying,

        // Sending to one side failed: what it had said before is delivered, and then the other one is reset.
        Resetting,
        Draining,
    }

    /// <summary>Whether it runs in both directions.</summary>
    public bool IsRunning => _up.State == PumpState.Running && _down.State == PumpState.Running;

    /// <summary>Whether neither direction runs.</summary>
    public bool IsOver => _up.State != PumpState.Running && _down.State != PumpState.Running;

    /// <summary>Bytes that the client has taken.</summary>
    public long Sent => _down.Sent;

    /// <summary>Whether the end of a direction follows its last bytes; a reset would take those with it that wait for an end.</summary>
    public bool PassesEndsOn => _phase != Phase.Resetting;

    /// <summary>Relays until both directions have ended; the session knows then how.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public async ValueTask Run(Connection client, Connection host, PipePool? pipes)
    {
        (_phase, _isUpOver, _undelivered) = (Phase.Relaying, false, null);
        _session.Judge(SessionEnd.Done, Errno.None);
        _up.Open(client, host, pipes);
        _down.Open(host, client, pipes);
        client.Loop.Spawn(_runUp, this, _upEnded);
        await _down.Run();
        if (!_isUpOver)
        {
            _ = await _upIsOver.Wait();
        }

        if (_undelivered is not null)
        {
            _phase = Phase.Draining;
            _session.Arm(client.Loop.Timeouts(_drainTime));
            await _undelivered.Drain();
        }
    }

    /// <summary>Something moved: time begins anew.</summary>
    public void Moved()
    {
        if (_phase == Phase.Resetting)
        {
            _session.Moved(_up.Source.Loop.Timeouts(_drainTime));
        }
        else
        {
            _session.Moved();
        }
    }

    /// <summary>Nothing moved for too long.</summary>
    public void Expire()
    {
        switch (_phase)
        {
            case Phase.Resetting:
                Reset(_session.Error);
                break;
            case Phase.Draining:
                _session.Close(_session.Outcome, _session.Error);
                break;
            default:
                _session.Close(SessionEnd.Idle);
                break;
        }
    }

    /// <summary>A direction is over.</summary>
    public void Over(Pump pump)
    {
        Pump other = pump == _up ? _down : _up;
        switch (pump.State)
        {
            case PumpState.Ended or PumpState.SourceBroken when _phase == Phase.Resetting:
                Reset(_session.Error);
                break;
            case PumpState.Ended when pump == _down && pump.IsCut && !pump.Sink.IsEncrypted:
                // A reset alone tells a client without TLS that something is missing. Hosts get an end: too many clients go without a word when they have what they want.
                Reset(Errno.None);
                break;
            case PumpState.Ended when other.State == PumpState.Running:
                pump.EndSink();
                if (pump.Source.TellOfBreak(_broken))
                {
                    BreakOff();
                }

                break;
            case PumpState.Ended when other.State == PumpState.SinkBroken || pump.IsCut:
                pump.EndSink();
                break;
            case PumpState.SinkBroken when other.State == PumpState.Ended || pump.Sink.Error == Errno.BrokenPipe:
                // The sink had said its end before it broke, tcp(7): what it sent is whole, and is delivered first.
                _undelivered = pump;
                _session.Judge(SessionEnd.SocketError, Errno.BrokenPipe);
                break;
            case PumpState.SinkBroken when other.State == PumpState.Running:
                _phase = Phase.Resetting;
                _session.Judge(SessionEnd.SocketError, pump.Sink.Error);
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

    private void UpEnded()
    {
        _isUpOver = true;
        if (_up.State == PumpState.Running)
        {
            // An exception ended it.
            _session.Close(SessionEnd.Closed);
        }

        _upIsOver.Complete(Wake.Ready);
    }

    // A side that had said its end broke: nobody is left for what the other one sends.
    private void BreakOff() => (_up.State == PumpState.Running ? _up : _down).BreakSink();

    private void Reset(Errno error)
    {
        _undelivered = null;
        _session.Judge(SessionEnd.SocketError, error);
        _up.Source.Abort();
        _down.Source.Abort();
    }
}
