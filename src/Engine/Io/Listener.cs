using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;

namespace Sluice.Engine.Io;

/// <summary>What a <see cref="Listener"/> goes by.</summary>
public sealed record ListenerOptions
{
    /// <summary>For <see cref="AcceptsPerTurn"/> where each connection begins with much work, such as TLS or another connection.</summary>
    public const int FewPerTurn = 4;

    /// <summary>
    /// How many connections are accepted in one turn; few where each begins with much work, so that those who are
    /// here already do not wait for the newcomers, and a short session is over while the processor's cache still has it (docs/decisions/0033).
    /// </summary>
    public int AcceptsPerTurn { get; init; } = 64;

    /// <summary>
    /// How many descriptors of the process's limit are left to what has to be opened for clients that are here: files,
    /// backends. 0: none.
    /// </summary>
    public int ReservedDescriptors { get; init; } = DescriptorLimit.ShareOfFree(64);

    /// <summary>How many more the sessions that there are may still need; they are left to these, beside the reserve.</summary>
    public Func<int> OwedDescriptors { get; init; } = static () => 0;

    /// <summary>Whether connections may have other addresses than the socket (<see cref="ListenOptions.IsTransparent"/>).</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Called when accepting pauses because descriptors or memory ran out; clients wait in the queue. Not again before <see cref="Resumed"/>.</summary>
    public Action<Errno> Paused { get; init; } = static _ => { };

    /// <summary>Called when everybody who waited has been accepted.</summary>
    public Action Resumed { get; init; } = static () => { };
}

/// <summary>
/// The worker's side of a listening socket: accepts and starts a session on each <see cref="Connection"/>. The
/// connection belongs to the session until its task ends; then it is closed and used again.
/// </summary>
public sealed class Listener : Descriptor
{
    // Retired sockets wait for handshakes under way: the timer of a SYN whose last part was deferred or lost is 1 s, and
    // a client whose SYN was dropped comes back after 1 s and more, best when this socket is gone.
    private static readonly TimeSpan _retirementTime = TimeSpan.FromSeconds(1.3);
    private static readonly TimeSpan _pauseTime = TimeSpan.FromMilliseconds(100);
    private static readonly Func<object, ValueTask> _serveConnection =
        static state => ((Connection)state).Listener!._serve((Connection)state);

    private static readonly Action<object> _sessionEnded = static state => ((Connection)state).Listener!.Ended((Connection)state);

    private readonly Func<Connection, ValueTask> _serve;
    private readonly ListenerOptions _options;
    private readonly Alarm _pauseOver;
    private readonly Alarm _retired;
    private readonly Stack<Connection> _spare = new();

    private State _state = State.Accepting;

    // Said once an episode: accepting may pause many times before the queue is empty again.
    private bool _shortageSaid;

    /// <summary>Starts accepting.</summary>
    /// <param name="loop">The loop of this process.</param>
    /// <param name="descriptor">A listening, non-blocking socket; the listener owns it from now on.</param>
    /// <param name="serve">The session of one connection.</param>
    /// <param name="options">How to accept.</param>
    /// <exception cref="IOException">The descriptor cannot be watched.</exception>
    public Listener(EventLoop loop, int descriptor, Func<Connection, ValueTask> serve, ListenerOptions options)
        : base(loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(options);
        _serve = serve;
        _options = options;
        _pauseOver = new Alarm(Resume);
        _retired = new Alarm(Close);
        Fd = descriptor;
        Address = options.IsTransparent ? default : Socket.LocalAddress(descriptor);
        Errno error = loop.Watch(this, Readiness.Input);
        if (error != Errno.None)
        {
            throw new IOException($"epoll_ctl: {error.Describe()}");
        }
    }

    private int Limit { get; } = DescriptorLimit.Current;

    // From this descriptor number on only the reserve is left: the kernel always gives the lowest free one.
    private int FirstReserved => int.Max(Limit - _options.ReservedDescriptors - _options.OwedDescriptors(), 1);

    private enum State
    {
        Accepting,
        Paused,
        Closed,
    }

    /// <summary>Where it listens; none where connections may have other addresses.</summary>
    public SocketAddress Address { get; }

    /// <summary>How many connections it accepted.</summary>
    public long Accepted { get; private set; }

    /// <summary>How many sessions run.</summary>
    public int Sessions { get; private set; }

    /// <summary>Whether it was closed, or was retired and is done.</summary>
    public bool IsClosed => _state == State.Closed;

    /// <summary>
    /// Lets no new connection begin, answers those that have begun, and closes after a moment. Every holder of the
    /// socket sees the same; the parent closes its descriptor when it likes.
    /// </summary>
    public void Retire()
    {
        if (_state == State.Closed || _retired.IsArmed)
        {
            return;
        }

        // Where the filter is refused, or the socket is no TCP one, the queue is all that can be answered.
        _ = Socket.DropNewConnections(Fd);
        _ = Socket.SetOption(Fd, Libc.IPPROTO_TCP, Libc.TCP_DEFER_ACCEPT, 0);
        _retired.Arm(Loop.Timeouts(_retirementTime));
    }

    /// <summary>Accepts what waits and closes; sessions go on. To lose nothing, <see cref="Retire"/>.</summary>
    public void Close()
    {
        if (_state == State.Closed)
        {
            return;
        }

        // Also in a pause: what still fits is answered.
        _state = State.Accepting;
        while (_state == State.Accepting && AcceptOne())
        {
        }

        Release();
    }

    /// <summary>Closes at once; sessions go on. What waits belongs to whoever else holds the socket, and is lost where nobody does.</summary>
    public void Release()
    {
        if (_state == State.Closed)
        {
            return;
        }

        _pauseOver.Disarm();
        _retired.Disarm();
        _state = State.Closed;
        CloseDescriptor();
    }

    internal override void OnReady(Readiness readiness)
    {
        // Level-triggered: what is left over is reported again in the next turn.
        int accepted = 0;
        while (accepted < _options.AcceptsPerTurn && _state == State.Accepting && AcceptOne())
        {
            accepted++;
        }

        if (_shortageSaid && _state == State.Accepting && accepted == _options.AcceptsPerTurn)
        {
            // Whether that was all, nobody says but the call: a shortage that is over is to be told now.
            Loop.Repeat(this, Readiness.Input);
        }
    }

    private bool AcceptOne()
    {
        Errno error = Socket.Accept(Fd, out int fd, out SocketAddress peer);
        switch (error)
        {
            case Errno.None:
                Start(fd, peer);
                return true;
            case Errno.WouldBlock:
                ShortageOver();
                return false;
            case Errno.ConnectionAborted or Errno.ProtocolFailed or Errno.NotPermitted or Errno.OptionUnknown or
                Errno.NetworkDown or Errno.NetworkUnreachable or Errno.NotOnNetwork or Errno.HostDown or
                Errno.HostUnreachable or Errno.Unsupported or Errno.TimedOut:
                // accept(2): what was pending on the new connection; the next one may be fine.
                return true;
            default:
                Pause(error);
                return false;
        }
    }

    private void Start(int fd, in SocketAddress peer)
    {
        if (_options.ReservedDescriptors > 0 && fd >= FirstReserved)
        {
            Pause(Errno.DescriptorsExhausted);
        }

        Connection connection = _spare.TryPop(out Connection? spare) ? spare : new Connection(Loop);
        connection.Open(fd, peer, this);
        Accepted++;
        Sessions++;
        Loop.Spawn(_serveConnection, connection, _sessionEnded);
    }

    private void Ended(Connection connection)
    {
        connection.Close();
        Sessions--;
        _spare.Push(connection);
    }

    // Clients wait in the queue meanwhile; no event, so no spinning.
    private void Pause(Errno reason)
    {
        if (_state != State.Accepting)
        {
            return;
        }

        _state = State.Paused;
        Loop.Unwatch(this);
        _pauseOver.Arm(Loop.Timeouts(_pauseTime));
        if (!_shortageSaid)
        {
            _shortageSaid = true;
            _options.Paused(reason);
        }
    }

    private void Resume()
    {
        Debug.Assert(_state == State.Paused, "only a pause ends");
        if (!DescriptorLimit.HasFree(Fd, FirstReserved) || Loop.Watch(this, Readiness.Input) != Errno.None)
        {
            _pauseOver.Arm(Loop.Timeouts(_pauseTime));
            return;
        }

        _state = State.Accepting;
    }

    private void ShortageOver()
    {
        if (_shortageSaid)
        {
            _shortageSaid = false;
            _options.Resumed();
        }
    }
}
