using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Http.Messages;
using Sluice.Relayd.Tls;

namespace Sluice.Relayd.Relaying;

/// <summary>A client's connection to a relay, from its first to its last moment, whatever is spoken on it. It is its own deadline.</summary>
/// <remarks>Used again for another client once <see cref="IsOver"/>.</remarks>
internal abstract class RelaySession : Deadline
{
    private readonly Action _clientBroke;
    private readonly Alarm _watch;

    protected RelaySession(SessionSet owner)
    {
        Owner = owner;
        _watch = new Alarm(WatchClient);
        _clientBroke = () => Close(SessionEnd.SocketError, ClientConnection?.Error ?? Errno.None);
        InProcess = new LinkedListNode<RelaySession>(this);
        Host = new HostLink(this, owner);
    }

    /// <summary>From 1 in this process.</summary>
    public long Id { get; private set; }

    /// <summary>What it goes by.</summary>
    public ServedRelay Relay { get; protected set; } = null!;

    /// <summary>Whom it serves; whom a trusted proxy named.</summary>
    public SocketAddress Client { get; protected set; }

    /// <summary>Where it goes to; none before that is known.</summary>
    public SocketAddress Target => Host.Address;

    /// <summary>The address that the client meant, where the relay goes by that; none elsewhere.</summary>
    public SocketAddress Meant => Relay.Meant is { } meant ? meant.Of(ClientConnection!) : default;

    /// <summary>From 1; 0 for none.</summary>
    public int TagId { get; protected set; }

    /// <summary>When it began, and when something moved last, by the time of the loop.</summary>
    public (TimeSpan Began, TimeSpan Moved) Times { get; private set; }

    /// <summary>How it ends.</summary>
    public SessionEnd Outcome { get; protected set; }

    /// <summary>What the system said, where that is why it ends.</summary>
    public Errno Error { get; protected set; }

    /// <summary>Why a handshake failed, where that is why it ends.</summary>
    public TlsError TlsError { get; protected set; }

    /// <summary>What else there is to say of it in the log, behind how it ended.</summary>
    public virtual string Remarks => "";

    /// <summary>What its client was told, or would have been, where <see cref="Outcome"/> says so.</summary>
    public virtual Refusal Refusal { get => default; protected set => throw new NotSupportedException(); }

    /// <summary>How far it is.</summary>
    public abstract SessionState State { get; }

    /// <summary>Whether it came to its end and can be used again; not where an exception ended it.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Its place among all sessions of the process.</summary>
    public LinkedListNode<RelaySession> InProcess { get; }

    /// <summary>Its side that is turned to the host.</summary>
    public HostLink Host { get; }

    /// <summary>Whether the host is to speak now, and nobody reads from the client.</summary>
    protected virtual bool AwaitsHost => false;

    /// <summary>Whether the host is being asked for its certificate, which the client's handshake waits for.</summary>
    protected bool IsPreparing { get; private set; }

    /// <summary>The set that it is in.</summary>
    protected SessionSet Owner { get; }

    /// <summary>The client's; null outside of <see cref="Run"/>.</summary>
    protected Connection? ClientConnection { get; private set; }

    /// <summary>The host's; null where there is none.</summary>
    protected Connection? HostConnection => Host.Connection;

    /// <summary>While nobody reads from it, a client that breaks off waits for nothing, and no host is kept busy for it. Most answers are here before that is worth a call.</summary>
    /// <param name="patience">When it is looked at.</param>
    protected void WatchClient(DeadlineQueue patience) => _watch.Arm(patience);

    private void WatchClient()
    {
        if (AwaitsHost && ClientConnection!.TellOfBreak(_clientBroke))
        {
            _clientBroke();
        }
    }

    /// <summary>Serves a client to the end.</summary>
    public abstract ValueTask Run(Connection client, ServedRelay relay);

    /// <summary>Something moved: time begins anew.</summary>
    public virtual void Moved() => Moved(Relay.Timeout);

    /// <summary>Something moved, and the next has to in this time. Costs two comparisons where that was short ago.</summary>
    public void Moved(DeadlineQueue within)
    {
        Times = (Times.Began, ClientConnection!.Loop.Now);
        Arm(within);
    }

    /// <summary>Ends it: what was given to the system is still delivered.</summary>
    public void Close(SessionEnd outcome) => Close(outcome, outcome == SessionEnd.ConnectTimeout ? Errno.TimedOut : Errno.None);

    /// <summary>The same, where the system said why.</summary>
    public void Close(SessionEnd outcome, Errno error)
    {
        Judge(outcome, error);
        if (IsPreparing)
        {
            Handshakes.Refuse(ClientConnection!);
        }

        ClientConnection?.Close();
        HostConnection?.Close();
    }

    /// <summary>The host that it goes to went down.</summary>
    public virtual void HostDown()
    {
        if (Relay.ClosesOnHostDown)
        {
            Close(SessionEnd.HostDown);
        }
    }

    /// <summary>Says why it ends.</summary>
    public void Judge(SessionEnd outcome, Errno error) => (Outcome, Error) = (outcome, error);

    /// <summary>It ends because no host may serve.</summary>
    public void GoesNowhere()
    {
        if (Relay.Meant is { } meant)
        {
            Judge(meant.Fail(ClientConnection!), Errno.None);
        }
    }

    /// <summary>It ends because a handshake did not succeed.</summary>
    /// <param name="outcome">Not that it did.</param>
    /// <param name="error">What OpenSSL said of it.</param>
    public void Judge(TlsOutcome outcome, TlsError error) => (Outcome, Error, TlsError) = outcome switch
    {
        TlsOutcome.Failed => (SessionEnd.HandshakeFailed, Errno.None, error),
        TlsOutcome.Expired => (SessionEnd.HandshakeTimeout, Errno.TimedOut, error),
        _ => (SessionEnd.HandshakeBroken, Errno.None, error),
    };

    /// <summary>Nothing moved for too long.</summary>
    protected abstract void TooLate();

    /// <inheritdoc/>
    protected sealed override void OnExpired()
    {
        if (IsPreparing)
        {
            Close(Host.Late);
        }
        else
        {
            TooLate();
        }
    }

    /// <summary>Chooses a host before the client has said anything; false where it gets none, and the outcome says why.</summary>
    protected virtual bool TryChoose()
    {
        Outcome = SessionEnd.Failed;
        return Host.TryChoose(table: null, hashed: null);
    }

    /// <summary>Begins with a client.</summary>
    protected void Begin(Connection client, ServedRelay relay)
    {
        (ClientConnection, Relay, Client) = (client, relay, client.Peer);
        (TagId, Outcome, Error, TlsError) = (0, SessionEnd.Silent, Errno.None, default);
        IsPreparing = false;
        Host.Begin();
        Times = (client.Loop.Now, client.Loop.Now);
        Id = Owner.Begin(this);
        Arm(relay.Timeout);
    }

    /// <summary>Ends with the client; the host's connection is the caller's.</summary>
    protected void End()
    {
        Disarm();
        _watch.Disarm();
        Owner.End(this);
        ClientConnection = null;
    }

    /// <summary>A proxy has to say for whom it speaks (D-31).</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    protected async ValueTask<bool> IsIntroduced(AddressSet trusted)
    {
        if (await Owner.Preface.Read(ClientConnection!, trusted, Relay.Timeout) is not { } peer)
        {
            return false;
        }

        Client = peer.Client;
        return true;
    }

    /// <summary>Client and relay come to speak TLS; where they do not, the outcome says why (R-TLS-11).</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    protected async ValueTask<bool> IsEncrypted(ClientTls tls)
    {
        Outcome = SessionEnd.HandshakeFailed;
        if (tls.Context is null)
        {
            return false;
        }

        // Meanwhile the connection has a time of its own.
        Disarm();
        TlsOutcome outcome = await tls.Handshakes.Accept(ClientConnection!, tls.Context, tls.Within);
        if (outcome == TlsOutcome.Heard)
        {
            if (await Inspect(tls.Inspection!) is not { } context)
            {
                Handshakes.Refuse(ClientConnection!);
                return false;
            }

            Disarm();
            outcome = await tls.Handshakes.Answer(ClientConnection!, context, tls.Within);
        }

        if (outcome != TlsOutcome.Established)
        {
            // Whoever closed it has said why.
            if (!ClientConnection!.IsClosed)
            {
                Judge(outcome, ClientConnection.TlsError);
            }

            return false;
        }

        Moved();
        Owner.Established(this);
        return true;
    }

    // A host first shows who it is, told what the client calls it; then the client is shown a copy of that (R-TLS-30). Null where it comes to nothing, and the outcome says why.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<TlsContext?> Inspect(Inspection inspection)
    {
        Connection client = ClientConnection!;
        string? name = Handshakes.NamedHost(client);
        Moved();
        IsPreparing = true;
        bool isThere = TryChoose() && await Host.Connect(client) && await Host.Encrypt(name);
        IsPreparing = false;
        if (!isThere)
        {
            return null;
        }

        Judge(SessionEnd.NoCertificate, Errno.None);
        TlsContext? context = Host.Certificate is { } certificate ? inspection.Show(certificate) : null;
        if (context is not null)
        {
            Judge(SessionEnd.HandshakeFailed, Errno.None);
            Host.Fix();
        }

        return context;
    }
}
