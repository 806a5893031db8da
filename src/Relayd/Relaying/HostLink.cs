using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Certificates;
using Sluice.Http.Codec;
using Sluice.Relayd.Tables;

namespace Sluice.Relayd.Relaying;

/// <summary>The side of a session that is turned to its host: which one it goes to, and the connection there, which may serve several requests.</summary>
/// <remarks>Where something fails, the session is told why. The connection is this one's until it is returned to a pool.</remarks>
internal sealed class HostLink(RelaySession session, SessionSet owner)
{
    // Of connecting while descriptors are short (R-RELAY-26).
    private const int MostAttempts = 5;
    private static readonly TimeSpan _betweenAttempts = TimeSpan.FromSeconds(1);

    private Target _target;

    // The host as the client knows it, and what it has shown, where that was copied for the client; null elsewhere.
    private TlsPeer? _inspected;
    private ServerCertificate? _copied;

    /// <summary>Its place among the sessions of its host; in no list where that is none of a table.</summary>
    public LinkedListNode<RelaySession> AtHost { get; } = new(session);

    /// <summary>Where it goes to; none before that is known.</summary>
    public SocketAddress Address => _target.Address;

    /// <summary>The table that a rule chose the host from; null where none did.</summary>
    public string? Table { get; private set; }

    /// <summary>Whether the client has seen a copy of the host's certificate, so that no other host may serve the session, and this one only as long as it shows the same.</summary>
    public bool IsFixed => _copied is not null;

    /// <summary>What the host has shown, where it was told what the client calls it.</summary>
    public ServerCertificate? Certificate => _inspected?.Certificate;

    /// <summary>What the copy that the client has seen does not prove of the host; empty where it proves it, or there is none.</summary>
    public string Unproven => _copied?.Flaw ?? "";

    /// <summary>Whether the host has answered on this connection before: it may have closed it since.</summary>
    public bool IsKept { get; private set; }

    /// <summary>What it is called where it takes too long.</summary>
    public SessionEnd Late { get; private set; } = SessionEnd.ConnectTimeout;

    /// <summary>Null where there is none.</summary>
    public Connection? Connection
    {
        get;
        private set
        {
            owner.CountHosts((value is null ? 0 : 1) - (field is null ? 0 : 1));
            field = value;
        }
    }

    /// <summary>Begins with a session that goes nowhere yet.</summary>
    public void Begin()
    {
        (_target, Table, IsKept) = (default, null, false);
        (_inspected, _copied) = (null, null);
    }

    /// <summary>The client has seen a copy of <see cref="Certificate"/>.</summary>
    public void Fix() => _copied = Certificate;

    /// <summary>Whether the host that was chosen serves what a rule sends to a table.</summary>
    /// <param name="table">The table; null where no rule chose one.</param>
    public bool Serves(string? table) => IsFixed || string.Equals(Table, table, StringComparison.Ordinal);

    /// <summary>Chooses a host.</summary>
    /// <param name="table">The table that a rule chose; null where none did.</param>
    /// <param name="hashed">What rules hashed; null for nothing.</param>
    /// <returns>False where no host may serve.</returns>
    public bool TryChoose(string? table, ulong? hashed)
    {
        IsKept = false;
        if (IsFixed)
        {
            return true;
        }

        Table = table;
        if (!session.Relay.Chain.TryChoose(session.Client, session.Meant, table, hashed, out Target target) || target.Address.Kind == AddressKind.None)
        {
            session.GoesNowhere();
            return false;
        }

        _target = target;
        owner.GoesTo(session, target.Place);
        return true;
    }

    /// <summary>Takes an idle connection to the host that was chosen, if there is one.</summary>
    public bool TryRent(HostPool pool)
    {
        Connection = pool.Rent(_target);
        return IsKept = Connection is not null;
    }

    /// <summary>Whether hosts are spoken to in TLS.</summary>
    public bool SpeaksTls => _target.Tls is not null;

    /// <summary>Connects to the host that was chosen, and tells it of the client where the relay says so; false where that failed. A handshake comes behind.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<bool> Connect(Connection client)
    {
        session.Judge(SessionEnd.Failed, session.Error);
        if (session.Relay.Sockets is { } sockets && !await HasSource(sockets, client))
        {
            return false;
        }

        Errno error = BeginToConnect(client.Loop);
        for (int attempt = 0; IsShortage(error) && attempt < MostAttempts; attempt++)
        {
            await client.Loop.Sleep(_betweenAttempts);
            if (client.IsClosed)
            {
                return false;
            }

            error = BeginToConnect(client.Loop);
        }

        SessionEnd outcome = SessionEnd.Failed;
        if (error == Errno.InProgress)
        {
            session.Judge(SessionEnd.SocketError, session.Error);
            if (await Connection!.Connected() != Wake.Ready)
            {
                if (session.Outcome == SessionEnd.ConnectTimeout)
                {
                    Failed();
                }

                return false;
            }

            (outcome, error) = (SessionEnd.SocketError, Connection.ConnectError);
        }

        if (error is not (Errno.None or Errno.AddressNotAvailable) && !IsShortage(error))
        {
            Failed();
        }

        session.Judge(IsShortage(error) ? SessionEnd.NoDescriptor : outcome, error);
        return error == Errno.None && (session.Relay.ProxyVersion == 0 || await Greet(client));
    }

    /// <summary>Shakes hands with the host, where that is spoken to in TLS; false where it failed.</summary>
    public ValueTask<bool> Encrypt() => (_inspected ?? _target.Tls) is { } peer ? Encrypt(peer) : new ValueTask<bool>(result: true);

    /// <summary>The same with a host that is told what the client calls it.</summary>
    /// <param name="name">The name; null where the client calls it nothing.</param>
    public ValueTask<bool> Encrypt(string? name)
    {
        _inspected = _target.Tls?.For(name);
        return Encrypt();
    }

    /// <summary>Whether the host of the last request, who answered it, is to have the next one, and is still there; the connection is dropped where not.</summary>
    /// <param name="table">The table that a rule chose for the next one; null where none did.</param>
    public bool TryKeep(string? table)
    {
        IsKept = false;
        if (Connection is null)
        {
            return false;
        }

        _ = Connection.TellOfDeparture(watcher: null);
        if (Serves(table) && HostPool.IsAtRest(Connection))
        {
            return IsKept = true;
        }

        Drop();
        return false;
    }

    /// <summary>The host answered.</summary>
    public void Answered() => IsKept = false;

    /// <summary>The session ends because the host broke off or sent what makes no body, where that is how a transfer from it ended.</summary>
    public void Judge(BodyTransfer transfer)
    {
        if (transfer.State == TransferState.SourceBroken)
        {
            session.Judge(SessionEnd.SocketError, Connection!.Error);
        }
        else if (transfer.State == TransferState.Rejected)
        {
            bool isTooLong = Refusal.OfBody(transfer.Rejection) == Refusal.OfBody(Rejection.ChunkSizeTooLong);
            session.Judge(isTooLong ? SessionEnd.ChunkTooLong : SessionEnd.InvalidChunk, Errno.None);
        }
    }

    /// <summary>The host does what it is there for.</summary>
    public void Worked() => owner.Failures.Worked(_target);

    /// <summary>The host does not, and is to blame.</summary>
    public void Failed() => owner.Failures.Failed(_target);

    /// <summary>Gives the connection to all sessions of the relay: it is at rest.</summary>
    public void Return(HostPool pool)
    {
        pool.Return(_target, Connection!);
        Connection = null;
        AtHost.List?.Remove(AtHost);
    }

    /// <summary>Ends the connection, which nobody uses any more.</summary>
    public void Drop()
    {
        if (Connection is { } connection)
        {
            Connection = null;
            Connector.Release(connection);
        }
    }

    /// <summary>Ends the connection; nobody knows who uses it.</summary>
    public void Abandon()
    {
        Connection?.Close();
        Connection = null;
    }

    // The header for the host leaves with the first words of the client, if they are here, or else alone (R-RELAY-40).
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> Greet(Connection client)
    {
        ServedRelay relay = session.Relay;
        SocketAddress local = relay.Listen.IsWildcard || relay.Meant is not null ? client.Local.WithPort(relay.Listen.Port) : relay.Listen;
        Connection!.Commit(ProxyGreeting.Write(relay.ProxyVersion, session.Client, local, Connection.Output(ProxyGreeting.LongestLength)));
        session.Judge(SessionEnd.NoProxyHeader, session.Error);
        bool goesAlone = _target.Tls is not null || (client.Input.IsEmpty && client.TryFill() != Fill.More);
        return !goesAlone || await Connection.Flush() == Wake.Ready;
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> Encrypt(TlsPeer peer)
    {
        Late = SessionEnd.HandshakeTimeout;
        TlsOutcome outcome = await peer.ShakeHands(Connection!);
        Late = SessionEnd.ConnectTimeout;
        if (outcome == TlsOutcome.Established)
        {
            bool isSame = _copied is null || _copied.Equals(peer.Certificate);
            if (!isSame)
            {
                session.Judge(SessionEnd.HandshakeFailed, Errno.None);
            }

            return isSame;
        }

        // Whoever closed it has said why.
        bool isOpen = !Connection!.IsClosed;
        if (isOpen)
        {
            session.Judge(outcome, Connection.TlsError);
        }

        if (isOpen || session.Outcome == SessionEnd.HandshakeTimeout)
        {
            Failed();
        }

        return false;
    }

    // Attempts that fail at once are repeated at once (R-RELAY-12); without descriptors that is of no use.
    private Errno BeginToConnect(EventLoop loop)
    {
        Errno error;
        int left = _target.Retry;
        do
        {
            error = BeginOnce(loop, out Connection? connection);
            Connection = connection;
        }
        while (error is not (Errno.None or Errno.InProgress) && !IsShortage(error) && left-- > 0);
        return error;
    }

    private Errno BeginOnce(EventLoop loop, out Connection? connection)
    {
        ServedRelay relay = session.Relay;
        if (relay.Sockets is not { } sockets)
        {
            return Connector.Begin(loop, _target.Address, relay.Options, out connection);
        }

        connection = null;
        return sockets.TryTake(TransparentSocket.KindFor(_target.Address, ListenKind.Stream), out int descriptor)
            ? Connector.BeginFrom(loop, descriptor, session.Client.WithPort(0), _target.Address, relay.Options, out connection)
            : Errno.AddressNotAvailable;
    }

    // The host is to see the client's address: a socket that may have it is made by the parent.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> HasSource(SocketStock sockets, Connection client)
    {
        Errno error = session.Client.Kind == _target.Address.Kind
            ? await sockets.Await(TransparentSocket.KindFor(_target.Address, ListenKind.Stream))
            : Errno.AddressFamilyUnsupported;
        if (error != Errno.None && !client.IsClosed)
        {
            session.Judge(SessionEnd.NoSource, error);
        }

        return error == Errno.None && !client.IsClosed;
    }

    private static bool IsShortage(Errno error) =>
        error is Errno.DescriptorsExhausted or Errno.SystemDescriptorsExhausted or Errno.NoBuffers or Errno.OutOfMemory;
}
