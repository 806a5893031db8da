using System;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;

using Sluice.Engine.Buffers;
using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>How far TLS got with what there is.</summary>
internal enum TlsStep
{
    /// <summary>It is done: shaken hands, or bytes were read or written.</summary>
    Done,

    /// <summary>More has to be received first.</summary>
    NeedInput,

    /// <summary>What is to be sent has no room: send first.</summary>
    NeedRoom,

    /// <summary>The client has said what it wants, and is to be told who this server is: <see cref="TlsTransformer.Choose"/>.</summary>
    Heard,

    /// <summary>What came was for TLS itself, such as a new key; there may be more.</summary>
    Silent,

    /// <summary>The peer has said that it sends no more.</summary>
    Ended,

    /// <summary>The peer is gone without having said so: what came may be a part.</summary>
    Truncated,

    /// <summary>The peer broke the protocol, or the connection is broken.</summary>
    Failed,
}

/// <summary>One connection's TLS, from records to bytes and back; knows no socket and waits for nothing.</summary>
internal sealed class TlsTransformer(ICiphertext ciphertext) : Warmable
{
    /// <summary>Bytes of a full record.</summary>
    public const int RecordSize = 16 * 1024;

    private const int MostReceived = 4 * RecordSize;

    // What the BIO finds this object by; lives as long as the SSL.
    private GCHandle _self;

    // An exception of a callback, which must not pass through OpenSSL.
    private Exception? _failure;
    private State _state;

    // Whose client this is; null where it is a server.
    private TlsPeer? _peer;

    // Whether the client's first words have been heard, and whether they get no answer.
    private bool _hasHeard;
    private bool _isRefused;

    // Bytes that this step may still receive; and whether there was nothing more.
    private int _allowance;
    private bool _hasReceivedAll;
    private InputEnd _inputEnd;

    private enum State
    {
        Closed,
        ShakingHands,
        Established,

        // Our end was said; the peer may go on.
        EndSaid,

        // OpenSSL forbids any further call.
        Failed,
    }

    private enum InputEnd
    {
        None,
        Ended,
        Broken,
    }

    /// <summary>The SSL, freed by <see cref="Close"/>: a SafeHandle would be counted up and down at each call. 0 when closed.</summary>
    public nint Ssl { get; private set; }

    public bool IsEstablished => _state is State.Established or State.EndSaid;

    /// <summary>Why the last step failed.</summary>
    public TlsError Error { get; private set; }

    /// <summary>The host that the client named in its first words, as names are compared; null where it named none.</summary>
    public string? NamedHost { get; private set; }

    /// <summary>Whether something received waits inside, be it decrypted or not.</summary>
    public bool HasPending => OpenSsl.SSL_has_pending(Ssl) != 0;

    // SSL_rstate_string(3): "RH" between records, "RB" behind the header of one.
    private unsafe bool IsWithinRecord => OpenSsl.SSL_rstate_string(Ssl)[1] != (byte)'H';

    private TlsStep Broken => _inputEnd == InputEnd.Ended ? TlsStep.Truncated : TlsStep.Failed;

    /// <summary>Begins as the server.</summary>
    public void OpenServer(SslContextHandle context)
    {
        Open(context);
        OpenSsl.SSL_set_accept_state(Ssl);
    }

    /// <summary>Begins as the client.</summary>
    /// <param name="context">Of clients.</param>
    /// <param name="peer">Whose client; null for one that keeps nothing of it.</param>
    public void OpenClient(SslContextHandle context, TlsPeer? peer = null)
    {
        Open(context);
        OpenSsl.SSL_set_connect_state(Ssl);
        peer?.Prepare(Ssl);
        _peer = peer;
    }

    /// <summary>Called by OpenSSL with the client's first words, where these are waited for.</summary>
    /// <returns>That they are <see cref="TlsStep.Heard"/>, that the handshake goes on (<see cref="TlsStep.Done"/>), or that it has <see cref="TlsStep.Failed"/>.</returns>
    public TlsStep Hear(ReadOnlySpan<byte> named)
    {
        if (_hasHeard)
        {
            return _isRefused ? TlsStep.Failed : TlsStep.Done;
        }

        _hasHeard = true;
        Span<byte> name = stackalloc byte[HostName.Longest];
        int length = HostName.Copy(named, name);
        NamedHost = length > 0 ? Encoding.ASCII.GetString(name[..length]) : null;
        return TlsStep.Heard;
    }

    /// <summary>Goes on behind <see cref="TlsStep.Heard"/> as another server, which differs in its certificate alone.</summary>
    public void Choose(SslContextHandle context)
    {
        Debug.Assert(_state == State.ShakingHands && _hasHeard, "somebody waits for it");
        _ = OpenSsl.SSL_set_SSL_CTX(Ssl, context);
    }

    /// <summary>Nobody answers behind <see cref="TlsStep.Heard"/>: the next step says so, and fails.</summary>
    public void Refuse()
    {
        Debug.Assert(_state == State.ShakingHands && _hasHeard, "somebody waits for it");
        _isRefused = true;
    }

    /// <summary>Called by OpenSSL where the server has given out a session; whether it was kept.</summary>
    public bool KeepSession(nint session)
    {
        _peer?.Keep(session);
        return _peer is not null;
    }

    /// <summary>Goes on with the handshake.</summary>
    public TlsStep Handshake()
    {
        Debug.Assert(_state == State.ShakingHands, "it is not over");
        Allow();
        TlsStep step = Outcome(OpenSsl.SSL_do_handshake(Ssl));
        if (step == TlsStep.Done)
        {
            _state = State.Established;
            _peer?.TakeCertificate(Ssl);
            OpenSsl.ERR_clear_error();
        }

        return step;
    }

    /// <summary>Reads at most a record.</summary>
    public unsafe TlsStep Read(Span<byte> destination, out int count)
    {
        count = 0;
        if (!IsEstablished)
        {
            return Broken;
        }

        Allow();
        fixed (byte* start = destination)
        {
            int result = OpenSsl.SSL_read(Ssl, start, destination.Length);
            count = int.Max(result, 0);
            TlsStep step = Outcome(result);
            return step == TlsStep.NeedInput && !_hasReceivedAll ? TlsStep.Silent : step;
        }
    }

    /// <summary>Turns bytes into records; all of them, where the ciphertext has room.</summary>
    /// <param name="source">At most <see cref="RecordSize"/> bytes, and at least one.</param>
    public unsafe TlsStep Write(ReadOnlySpan<byte> source)
    {
        Debug.Assert(source.Length is > 0 and <= RecordSize, "one record");
        if (_state != State.Established)
        {
            return TlsStep.Failed;
        }

        fixed (byte* start = source)
        {
            return Outcome(OpenSsl.SSL_write(Ssl, start, source.Length));
        }
    }

    /// <summary>Says that no more will be sent, close_notify; only where that is true and can still be said.</summary>
    public void End()
    {
        if (_state == State.Established)
        {
            _state = State.EndSaid;

            // 0: the peer has not said it yet. Its answer is read as any other input.
            if (OpenSsl.SSL_shutdown(Ssl) < 0)
            {
                _ = TlsError.Take();
            }
        }
    }

    /// <summary>Frees all of it.</summary>
    public void Close()
    {
        if (_state != State.Closed)
        {
            if (_peer is not null && IsEstablished)
            {
                // SSL_free(3) would spoil the session of a connection that ends without close_notify; since TLS 1.1 that is no reason (RFC 5246 7.2.1).
                OpenSsl.SSL_set_shutdown(Ssl, OpenSsl.SSL_SENT_SHUTDOWN | OpenSsl.SSL_RECEIVED_SHUTDOWN);
            }

            OpenSsl.SSL_free(Ssl);
            Ssl = 0;
            _self.Free();
            _state = State.Closed;
            _failure = null;
            _peer = null;
        }
    }

    /// <summary>Gives back the 33 KiB that OpenSSL keeps for the next records, unless something is in them; it takes others when it needs them.</summary>
    /// <remarks>Before 3.0.14 OpenSSL itself gave back what a part of a record was in (CVE-2024-4741), and who has which patch no version says.</remarks>
    protected internal override void Cool()
    {
        if (!HasPending && !IsWithinRecord)
        {
            _ = OpenSsl.SSL_free_buffers(Ssl);
        }
    }

    /// <summary>Called by the BIO.</summary>
    public IoResult ReceiveCiphertext(Span<byte> destination)
    {
        if (_allowance <= 0)
        {
            return new IoResult(0, Errno.WouldBlock);
        }

        IoResult result = ciphertext.Receive(destination);
        _allowance -= result.Bytes;
        _hasReceivedAll = result.Error == Errno.WouldBlock;
        if (result.Bytes == 0 && result.Error != Errno.WouldBlock)
        {
            _inputEnd = result.Error == Errno.None ? InputEnd.Ended : InputEnd.Broken;
        }

        return result;
    }

    /// <summary>Called by the BIO.</summary>
    public bool AppendCiphertext(ReadOnlySpan<byte> records) => ciphertext.TryAppend(records);

    /// <summary>An exception that the next step to return throws.</summary>
    public void Keep(Exception failure) => _failure ??= failure;

    // OpenSSL goes on reading while what comes is not for us: a peer that sends new keys without end would keep it there.
    private void Allow() => (_allowance, _hasReceivedAll) = (MostReceived, false);

    private void Open(SslContextHandle context)
    {
        Debug.Assert(_state == State.Closed, "its former life is over");
        _self = GCHandle.Alloc(this);
        Ssl = OpenSsl.SSL_new(context);
        TlsLibrary.Check(Ssl != 0 ? 1 : 0, "SSL_new");
        nint bio = TlsBio.Create(_self);
        OpenSsl.SSL_set_bio(Ssl, bio, bio);
        (_state, _inputEnd, Error) = (State.ShakingHands, InputEnd.None, default);
        (_hasHeard, _isRefused, NamedHost) = (false, false, null);
    }

    private TlsStep Outcome(int result)
    {
        if (result > 0)
        {
            return TlsStep.Done;
        }

        if (_failure is not null)
        {
            Exception failure = _failure;
            Fail();
            ExceptionDispatchInfo.Throw(failure);
        }

        switch (OpenSsl.SSL_get_error(Ssl, result))
        {
            case OpenSsl.SSL_ERROR_WANT_READ:
                return TlsStep.NeedInput;
            case OpenSsl.SSL_ERROR_WANT_WRITE:
                return TlsStep.NeedRoom;
            case OpenSsl.SSL_ERROR_WANT_CLIENT_HELLO_CB:
                return TlsStep.Heard;
            case OpenSsl.SSL_ERROR_ZERO_RETURN:
                return TlsStep.Ended;
            default:
                Fail();
                return Broken;
        }
    }

    // What may be said of it was put into the ciphertext by OpenSSL already: an alert.
    private void Fail()
    {
        Error = TlsError.Take(Ssl);
        _state = State.Failed;
        _failure = null;
    }
}
