using System;
using System.Diagnostics;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Tls;

namespace Sluice.Engine.Streams;

/// <summary>A stream socket on the loop. What is ready is done at once; what is not is waited for, and then everything may have changed: look at the
/// <see cref="Wake"/> first, and slice anew.</summary>
/// <remarks>One reader and one writer may wait at a time. A connection that waits for input and holds none owns no memory but itself. A session owns its
/// connection until it returns; then the listener closes it and uses it again.</remarks>
public sealed class Connection : Descriptor, IValueTaskSource<Wake>
{
    private static readonly Action<object?> _continue = static continuation => ((Action)continuation!)();

    private readonly Alarm _expiry;

    // Made when output waits for the first time, and kept.
    private SlowReaderLimit? _slowReader;
    private Incoming _input;
    private Outgoing _output;
    private WaitSlot _reader;
    private short _readerToken;
    private WaitSlot _writer;
    private DeadlineQueue? _progressPeriod;
    private int _progressBytes;

    // What epoll tells of; nothing as long as nobody waited.
    private Readiness _watched;

    // Made for the first life with TLS, and kept; _encrypted is the same one while TLS is on.
    private EncryptedSocket? _spareEncrypted;
    private EncryptedSocket? _encrypted;

    // The reader waits for leave to go on with its handshake, and not for input.
    private bool _awaitsTurn;

    // Who wants to know when the peer leaves while nobody reads.
    private Action? _watcher;

    // Or rather when the connection breaks.
    private bool _watchesBreak;

    internal Connection(EventLoop loop)
        : base(loop)
    {
        _expiry = new Alarm(Expire);
    }

    /// <summary>Received and not consumed; valid until the next call but <see cref="Output"/> and <see cref="Commit"/>.</summary>
    public ReadOnlySpan<byte> Input => _input.Span;

    /// <summary>As <see cref="Input"/>, to be sent elsewhere with <see cref="Flush(ReadOnlyMemory{byte})"/>.</summary>
    public ReadOnlyMemory<byte> InputMemory => _input.Memory;

    /// <summary>Bytes put into the output that were not sent yet.</summary>
    public int Buffered => _output.Buffered;

    /// <summary>How many bytes <see cref="Output"/> can still give: flush when more is needed.</summary>
    public int Room => _output.Room;

    /// <summary>Whether small output waits for more, because the next request is here already: fewer packets.</summary>
    /// <remarks>Waiting for input sends it all the same, so nothing can get stuck.</remarks>
    public bool Corked { get; set; }

    /// <summary>Whether it was closed by this process.</summary>
    public bool IsClosed => Fd < 0;

    /// <summary>Whether its time is over: no wait succeeds before <see cref="ExpireIn"/> or <see cref="NeverExpire"/>.</summary>
    public bool HasExpired { get; private set; }

    /// <summary>The other end.</summary>
    public SocketAddress Peer { get; private set; }

    /// <summary>This end: the listener's address, or where that is a wildcard or there is none the one that the kernel says, which is asked once.</summary>
    public SocketAddress Local
    {
        get
        {
            if (field.Kind == AddressKind.None && Fd >= 0)
            {
                field = Listener is { Address: { IsWildcard: false, Kind: not AddressKind.None } address } ? address : Socket.LocalAddress(Fd);
            }

            return field;
        }

        private set;
    }

    /// <summary>What was agreed on with the peer; null without TLS, and until hands were shaken.</summary>
    public TlsFacts? Tls
    {
        get => field ??= _encrypted is { Tls.IsEstablished: true } ? TlsFacts.Read(_encrypted.Tls.Ssl) : null;
        private set;
    }

    /// <summary>Whether it speaks TLS.</summary>
    public bool IsEncrypted => _encrypted is not null;

    /// <summary>Why TLS failed, if it did.</summary>
    public TlsError TlsError => _encrypted?.Tls.Error ?? default;

    /// <summary>What became of the attempt to connect, once <see cref="Connected"/> is <see cref="Wake.Ready"/>.</summary>
    public Errno ConnectError => _input.IsLast ? Socket.PendingError(Fd) : Errno.None;

    /// <summary>Whether nothing but the peer's end follows what was received: it has been said already. Never known with TLS.</summary>
    public bool IsEnding => _encrypted is null && _input.IsEnding;

    /// <summary>Why it failed: where sending to it did, this is told, else why receiving did; nothing once it was closed.</summary>
    public Errno Error => _output.Error != Errno.None ? _output.Error : _input.Error;

    internal Listener? Listener { get; private set; }

    internal TlsTransformer? Transformer => _encrypted?.Tls;

    // Bytes that the system took, over all lives.
    internal long Sent => _output.Sent;

    private bool HasOutput => !_output.IsEmpty || _encrypted is { HasPending: true };

    /// <summary>So many bytes at the start of the input are done with.</summary>
    public void Consume(int count) => _input.Consume(count);

    /// <summary>The whole input is done with, unread: it is overwritten, so that nobody finds it in the block later.</summary>
    public void Discard() => _input.Drop();

    /// <summary>Overwrites a part of <see cref="Input"/> with zeros: a secret that was taken out of it, and must not stay in a block that others get next.</summary>
    public void Erase(int start, int length) => _input.Erase(start, length);

    /// <summary>Receives what is there, behind what is already; invalidates slices of <see cref="Input"/>.</summary>
    public Fill TryFill() => Fd < 0 ? Fill.Failed : _encrypted is null ? _input.Receive(Fd, Loop.Slab) : Decrypt(_encrypted);

    /// <summary>The same, but so many bytes at most: what comes behind them is to stay with the system. Not with TLS.</summary>
    public Fill TryFill(int most)
    {
        Debug.Assert(_encrypted is null, "what has to be decrypted comes in records");
        return Fd < 0 ? Fill.Failed : _input.Receive(Fd, Loop.Slab, most);
    }

    /// <summary>Nothing more is expected of a peer that has said everything: <see cref="TryFill()"/> looks again when it says something.</summary>
    /// <returns>False where it said something since, or its end.</returns>
    public bool TryRest()
    {
        if (Fd < 0 || _input.IsLast || _input.Length > 0 || !Watched())
        {
            return false;
        }

        _input.Await();
        return true;
    }

    /// <summary>Moves what is there into a pipe, splice(2); for bodies, when <see cref="Input"/> is empty. Not with TLS.</summary>
    /// <param name="pipe">Where to.</param>
    /// <param name="most">How many bytes.</param>
    /// <returns><see cref="Fill.Full"/> where the pipe has to be emptied before one can know whether more is there.</returns>
    public Fill TrySplice(Pipe pipe, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        Debug.Assert(_input.Length == 0, "input that was received goes first");
        Debug.Assert(_encrypted is null, "what has to be decrypted cannot be spliced");
        return Fd < 0 ? Fill.Failed : _input.Splice(Fd, pipe, most);
    }

    /// <summary>Waits until <see cref="TryFill()"/> or <see cref="TrySplice"/> has something to say; sends what is buffered.</summary>
    public InputWait Readable()
    {
        if (Fd < 0 || HasExpired)
        {
            return new(Fd < 0 ? Wake.Closed : Wake.Expired);
        }

        if (_input.MayReceive)
        {
            return new(Wake.Ready);
        }

        if (HasOutput && !_writer.IsWaiting)
        {
            _ = SendOutput();
        }

        _input.Rest(Loop.Slab);
        if (!Watched(HasOutput ? Readiness.Output : Readiness.None))
        {
            return new(Wake.Closed);
        }

        KeepWarm();
        _readerToken = _reader.Begin();
        return new(this);
    }

    /// <summary>Ends the wait of whoever reads with <see cref="Wake.Interrupted"/>; what comes is kept for the next one.</summary>
    public void InterruptReader() => _reader.Complete(Wake.Interrupted);

    /// <summary>Tells somebody once when the peer ends its output or is gone, while nobody waits for input, or when this end is closed; the peer may still have
    /// sent something before. Until then it holds no memory where nothing of its input is left.</summary>
    /// <param name="watcher">Called by the loop; null to tell nobody.</param>
    /// <returns>True where that was noticed before, or cannot be watched: nobody will be told.</returns>
    public bool TellOfDeparture(Action? watcher)
    {
        (_watcher, _watchesBreak) = (null, false);
        _input.Rest(Loop.Slab);
        if (watcher is null || Fd < 0 || _input.IsLast || !Watched())
        {
            return true;
        }

        _watcher = watcher;
        return false;
    }

    /// <summary>Waits until a connection of <see cref="Connector.Begin"/> is through; then <see cref="ConnectError"/> says how it went.</summary>
    public ValueTask<Wake> Connected()
    {
        if (Fd < 0 || HasExpired)
        {
            return new(Fd < 0 ? Wake.Closed : Wake.Expired);
        }

        _input.Await();
        return Watched(Readiness.Output) ? new(this, _writer.Begin()) : new(Wake.Closed);
    }

    /// <summary>Tells somebody once when the connection is broken, by a reset or an error, while nobody waits for input; it may be that the peer ended its output before.</summary>
    /// <param name="watcher">Called by the loop; null to tell nobody.</param>
    /// <returns>True where it is broken already, or cannot be watched: nobody will be told.</returns>
    public bool TellOfBreak(Action? watcher)
    {
        (_watcher, _watchesBreak) = (null, false);
        if (watcher is null || Fd < 0 || _input.IsBroken || !Watched())
        {
            return true;
        }

        (_watcher, _watchesBreak) = (watcher, true);
        return false;
    }

    /// <summary>Room for output, at least so many bytes; say with <see cref="Commit"/> how many were used.</summary>
    /// <param name="size">At most <see cref="Room"/>.</param>
    public Span<byte> Output(int size) => _output.Reserve(Loop.Slab, size);

    /// <summary>So many bytes of <see cref="Output"/> are to be sent with the next flush.</summary>
    public void Commit(int size) => _output.Commit(size);

    /// <summary>Sends what is buffered; ready when the system has taken all of it.</summary>
    public ValueTask<Wake> Flush() => Corked && _output.IsSmall ? default : Send();

    /// <summary>Sends what is buffered and a tail for <see cref="ShutdownOutput"/> or <see cref="Close"/> to follow at once: the end leaves in the packet of the last bytes.</summary>
    /// <param name="tail">Stays as it is until the flush is done.</param>
    public ValueTask<Wake> FlushLast(ReadOnlyMemory<byte> tail = default)
    {
        _output.Append(tail);
        _output.EndFollows = true;
        return Send();
    }

    /// <summary>Sends what is buffered and a tail, in one call and without copying the tail.</summary>
    /// <param name="tail">Stays as it is until the flush is done.</param>
    public ValueTask<Wake> Flush(ReadOnlyMemory<byte> tail)
    {
        _output.Append(tail);
        return Send();
    }

    /// <summary>With TLS, encrypts what is buffered and a tail, which leave with the next flush: for a tail that more follows behind which is perhaps here.</summary>
    /// <returns>False where nothing was done: there is no TLS, or no room, so that it has to be flushed.</returns>
    public bool TryGather(ReadOnlySpan<byte> tail) => Fd >= 0 && _encrypted is not null && _output.TryGather(_encrypted, tail, Loop.Slab);

    /// <summary>Sends what is buffered and then the content of a pipe.</summary>
    /// <param name="pipe">Empty when the result is <see cref="Wake.Ready"/>.</param>
    public ValueTask<Wake> Flush(Pipe pipe)
    {
        _output.Append(pipe);
        return Send();
    }

    /// <summary>Sends what is buffered and then a part of a file: sendfile(2), or with TLS record by record.</summary>
    /// <param name="file">Stays open until the result is there.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="count">Its length in bytes.</param>
    /// <returns><see cref="Wake.Truncated"/> where the file ended early.</returns>
    public ValueTask<Wake> SendFile(OpenFile file, long offset, long count)
    {
        _output.Append(file, offset, count);
        return Send();
    }

    /// <summary>From now on every wait ends with <see cref="Wake.Expired"/> when the time of the queue is over.</summary>
    public void ExpireIn(DeadlineQueue queue)
    {
        HasExpired = false;
        _expiry.Arm(queue);
    }

    /// <summary>Waits have no end any more.</summary>
    public void NeverExpire()
    {
        HasExpired = false;
        _expiry.Rest();
    }

    /// <summary>Waits for output expire unless the peer takes so many bytes in each period: slow readers are got rid of.</summary>
    /// <param name="period">The duration of this queue.</param>
    /// <param name="bytes">What it has to take in a period; at least 1.</param>
    public void RequireProgress(DeadlineQueue period, int bytes) => (_progressPeriod, _progressBytes) = (period, bytes);

    /// <summary>The peer gets an end of input, shutdown(2), with TLS close_notify before; what it sends is still received.</summary>
    public void ShutdownOutput()
    {
        if (Fd >= 0)
        {
            SayEnd(Libc.MSG_MORE);
            _output.EndFollows = false;
            _ = Libc.shutdown(Fd, Libc.SHUT_WR);
        }
    }

    /// <summary>The same where what was sent may not be all: with TLS the peer is not told that it is, neither now nor later.</summary>
    public void CutOutput()
    {
        _encrypted?.Drop();
        ShutdownOutput();
    }

    /// <summary>Closes it; with TLS the peer is told that it has got everything, unless something is left to be sent. Whoever waits is resumed with
    /// <see cref="Wake.Closed"/> before this returns.</summary>
    public void Close()
    {
        if (Fd < 0)
        {
            return;
        }

        SayEnd(0);
        if (_output.EndFollows && !_input.IsLast)
        {
            // close(2) drops what waits for the end of the output, where something came that was not received.
            _ = Libc.shutdown(Fd, Libc.SHUT_WR);
        }

        CloseDescriptor();
        _encrypted?.Close();
        _encrypted = null;
        _awaitsTurn = false;
        Action? watcher = _watchesBreak ? null : _watcher;
        (_watcher, _watchesBreak) = (null, false);
        _input.Clear(Loop.Slab);
        _output.Clear(Loop.Slab);
        _expiry.Disarm();
        _slowReader?.Disarm();
        _reader.Complete(Wake.Closed);
        _writer.Complete(Wake.Closed);
        watcher?.Invoke();
    }

    /// <summary>Closes it with a reset: what was not sent yet is dropped, and the peer sees that something went wrong.</summary>
    public void Abort()
    {
        if (Fd >= 0)
        {
            Socket.ResetOnClose(Fd);
            _encrypted?.Drop();
            Close();
        }
    }

    Wake IValueTaskSource<Wake>.GetResult(short token) => _writer.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Wake>.GetStatus(short token) => _writer.GetStatus(token);

    void IValueTaskSource<Wake>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _writer.OnCompleted(continuation, state, token);

    internal void OnInput(Action continuation) => _reader.OnCompleted(_continue, continuation, _readerToken);

    internal Wake TakeInputWake() => _reader.GetResult(_readerToken);

    /// <summary>Begins a life over a descriptor that accept4(2) or connect(2) gave.</summary>
    internal void Open(int fd, in SocketAddress peer, Listener? listener)
    {
        Debug.Assert(Fd < 0 && !_reader.IsWaiting && !_writer.IsWaiting, "its former life is over");
        Fd = fd;
        Listener = listener;
        Peer = peer;
        _input.Open(peer.Kind);
        (_watched, HasExpired, Corked) = (Readiness.None, false, false);
        _progressPeriod = null;
        Tls = null;
        Local = default;
    }

    /// <summary>From here on everything goes through TLS; what was received already is its beginning. First comes <see cref="ShakeHands"/>.</summary>
    internal void StartTls(TlsContext context) => BeginTls().OpenServer(context.Handle);

    /// <summary>The same with the peer as the server.</summary>
    internal void StartTls(TlsPeer server) => server.Begin(BeginTls());

    /// <summary>Goes on with the handshake, and sends what it has to say. Its last words, such as a ticket, leave with the first answer, or when the
    /// connection waits for input.</summary>
    internal TlsStep ShakeHands()
    {
        Debug.Assert(_encrypted is not null, "TLS was started");
        TlsStep step = _encrypted.ShakeHands(Fd);

        // The peer's first bytes may have come with the last ones of its handshake.
        _input.IsHeldByTls = step == TlsStep.Done;
        return step;
    }

    /// <summary>Waits until <see cref="GrantTurn"/>, whatever comes meanwhile.</summary>
    internal InputWait AwaitTurn()
    {
        if (Fd < 0 || HasExpired)
        {
            return new(Fd < 0 ? Wake.Closed : Wake.Expired);
        }

        _awaitsTurn = true;
        _readerToken = _reader.Begin();
        return new(this);
    }

    /// <summary>Lets whoever waits for its turn go on, if the connection is still the one of that generation.</summary>
    internal void GrantTurn(uint generation)
    {
        if (generation == Generation && _awaitsTurn)
        {
            _awaitsTurn = false;
            _reader.Complete(Wake.Ready);
        }
    }

    /// <summary>For TLS.</summary>
    internal IoResult ReceiveCiphertext(Span<byte> destination) => _input.Receive(Fd, destination);

    internal void ExpireOutput() => _writer.Complete(Wake.Expired);

    // A continuation may close the connection, and it may have another life by the time it returns.
    internal override void OnReady(Readiness readiness)
    {
        const Readiness Broken = Readiness.HangUp | Readiness.Failed;
        const Readiness ForWriter = Readiness.Output | Readiness.HangUp | Readiness.Failed;
        uint life = Generation;
        bool isWatched = _watcher is not null && !_reader.IsWaiting;
        if (_input.Notice(readiness) && !_awaitsTurn)
        {
            _reader.Complete(Wake.Ready);
        }

        if (isWatched && life == Generation && (_watchesBreak ? (readiness & Broken) != Readiness.None : _input.IsLast))
        {
            Action? watcher = _watcher;
            _watcher = null;
            watcher?.Invoke();
        }

        // Readiness for output comes with every event where it was ever waited for; mostly nothing is left to send.
        bool isSending = _writer.IsWaiting || !_output.IsEmpty;
        if (isSending && life == Generation && (readiness & ForWriter) != Readiness.None)
        {
            ContinueSending();
        }
    }

    private TlsTransformer BeginTls()
    {
        Debug.Assert(_encrypted is null && _output.IsEmpty, "nothing plain is left to be sent");
        _encrypted = _spareEncrypted ??= new EncryptedSocket(this);
        (Block? received, int start, int end) = _input.Detach();
        _encrypted.Open(received, start, end);
        _input.IsHeldByTls = true;
        return _encrypted.Tls;
    }

    private Fill Decrypt(EncryptedSocket encrypted)
    {
        Fill fill = _input.Decrypt(encrypted.Tls, Loop.Slab);

        // What TLS says by itself: a new key, or what is wrong with the old one. Where something came, an answer follows or a wait.
        if (fill != Fill.More && encrypted.HasPending && !_writer.IsWaiting)
        {
            _ = encrypted.Send(Fd, 0);
        }

        return fill;
    }

    private void SayEnd(int flags)
    {
        if (_encrypted is { IsDropped: false } && _output.IsEmpty)
        {
            _encrypted.Tls.End();
            if (_encrypted.HasPending)
            {
                _ = _encrypted.Send(Fd, flags);
            }
        }
    }

    private Sending SendOutput() => _encrypted is null ? _output.Send(Fd, Loop.Slab) : _output.Encrypt(Fd, _encrypted, Loop.Slab);

    private ValueTask<Wake> Send()
    {
        if (Fd < 0 || HasExpired)
        {
            return new(Fd < 0 ? Wake.Closed : Wake.Expired);
        }

        Sending sending = SendOutput();
        return sending is Sending.Blocked or Sending.Yielded ? SendLater(sending) : new(WakeOf(sending));
    }

    private ValueTask<Wake> SendLater(Sending sending)
    {
        if (!Watched(Readiness.Output))
        {
            return new(Wake.Closed);
        }

        if (sending == Sending.Yielded)
        {
            Loop.Repeat(this, Readiness.Output);
        }

        if (_progressPeriod is not null)
        {
            _slowReader ??= new SlowReaderLimit(this);
            _slowReader.Start(_progressPeriod, _progressBytes);
        }

        KeepWarm();
        return new(this, _writer.Begin());
    }

    // Whoever waits for output waits until all of it is sent, so it is not resumed for a part.
    private void ContinueSending()
    {
        Sending sending = SendOutput();
        switch (sending)
        {
            case Sending.Blocked:
                break;
            case Sending.Yielded:
                Loop.Repeat(this, Readiness.Output);
                break;
            default:
                _slowReader?.Disarm();
                _writer.Complete(WakeOf(sending));
                break;
        }
    }

    private static Wake WakeOf(Sending over) => over == Sending.Done ? Wake.Ready : over == Sending.Truncated ? Wake.Truncated : Wake.Closed;

    // What TLS keeps for its next record outlasts a wait only where others do not need the place.
    private void KeepWarm()
    {
        if (_encrypted is not null)
        {
            Loop.Warm.Enter(_encrypted.Tls);
        }
    }

    // Registered only when something has to be waited for, and for output when that has: a socket that has just been registered for it is ready,
    // which would be an event for nothing.
    private bool Watched(Readiness more = Readiness.None)
    {
        Readiness wanted = _watched | Readiness.Input | Readiness.Urgent | Readiness.PeerDone | Readiness.EdgeTriggered | more;
        if (wanted != _watched)
        {
            Errno error = _watched == Readiness.None ? Loop.Watch(this, wanted) : Loop.Rewatch(this, wanted);
            _watched = error == Errno.None ? wanted : _watched;
        }

        return wanted == _watched;
    }

    // The reader may close the connection, or use the time: then the writer's wait is not concerned any more.
    private void Expire()
    {
        HasExpired = true;
        _awaitsTurn = false;
        uint life = Generation;
        _reader.Complete(Wake.Expired);
        if (life == Generation && HasExpired)
        {
            _writer.Complete(Wake.Expired);
        }
    }
}
