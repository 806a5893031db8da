using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Relayd.Dns;
using Sluice.Relayd.Relaying;
using Sluice.Relayd.Tables;

namespace Sluice.Relayd.Datagrams;

/// <summary>A relay of the DNS in one process: takes queries from its socket, asks hosts in its own name, and sends answers back to whoever asked (R-DNS-01 to -07).</summary>
/// <remarks>Datagrams are changed and sent where they were received, a batch by a call each way. Nothing waits between receipt and sending, so all relays of a process share the
/// rooms. It stays over reloads as long as its socket does.</remarks>
internal sealed class DatagramRelay
{
    // Batches in a row; then others have their turn.
    private const int BatchesPerTurn = 4;

    // As long as listeners of connections, see Engine.Io.Listener.
    private static readonly TimeSpan _retirementTime = TimeSpan.FromSeconds(1.3);

    private readonly QueryTable _table;
    private readonly DatagramSocket _socket;
    private readonly Alarm _retired;
    private readonly QuerySender _sender;

    // While answers are looked at: the query that is answered in each room.
    private readonly PendingQuery?[] _answered = new PendingQuery?[DatagramBatch.Capacity];

    private State _state = State.Open;

    // Sessions of it.
    private int _queries;

    /// <summary>Begins to take queries.</summary>
    /// <param name="table">All queries of the process.</param>
    /// <param name="socket">Where they come to; this object owns it.</param>
    /// <param name="relay">What it goes by.</param>
    public DatagramRelay(QueryTable table, DatagramSocket socket, ServedRelay relay)
    {
        _table = table;
        _socket = socket;
        _sender = new QuerySender(this, table);
        _retired = new Alarm(Close);
        Relay = relay;
        table.Loop.SpawnLasting(Listen);
    }

    private enum State
    {
        Open,

        /// <summary>Another process takes the queries that come; answers are still sent.</summary>
        Answering,
        Closed,
    }

    /// <summary>What it goes by; queries that wait go by what it was when they came (D-32).</summary>
    public ServedRelay Relay { get; private set; }

    /// <summary>The time of the loop.</summary>
    public TimeSpan Now => _table.Loop.Now;

    /// <summary>Where it listens.</summary>
    public SocketAddress Address => _socket.Address;

    /// <summary>Whether it was closed, or has done all that was left to do.</summary>
    public bool IsClosed => _state == State.Closed;

    /// <summary>It goes by this from now on. Hosts are asked over new sockets, so that those of hosts which it has no more go too.</summary>
    public void Take(ServedRelay relay)
    {
        Relay = relay;
        _sender.Renew();
    }

    /// <summary>No configuration has it any more: who asks at that moment is still answered, and then it closes. It does not stay for answers that come later than that: it may share its
    /// address with one that is new, and would take queries from that.</summary>
    public void Retire()
    {
        if (_state == State.Open && !_retired.IsArmed)
        {
            _retired.Arm(_table.Loop.Timeouts(_retirementTime));
        }
    }

    /// <summary>Another process has the socket and takes queries from now on; this one closes when its own are answered.</summary>
    public void Release()
    {
        if (_state == State.Open)
        {
            _retired.Disarm();
            _state = State.Answering;
            _socket.StopReceiving();
            CloseIfDone();
        }
    }

    /// <summary>Closes; who waits gets no answer.</summary>
    public void Close()
    {
        if (_state == State.Closed)
        {
            return;
        }

        _retired.Disarm();
        _state = State.Closed;
        _table.End(query => query.Listener == this, SessionEnd.Closed);
        Take(Relay);
        _socket.Close();
    }

    /// <summary>The session of a query has ended.</summary>
    public void Left()
    {
        _queries--;
        CloseIfDone();
    }

    /// <summary>A host did not answer in time (R-DNS-04).</summary>
    public void Expired(PendingQuery query)
    {
        _table.Failures.Failed(query.Target);
        _table.End(query, SessionEnd.NoAnswer, Errno.None);
    }

    /// <summary>Looks at what has come from a host, and sends on what answers a query.</summary>
    public void TakeAnswers(HostSocket socket)
    {
        DatagramBatch batch = _table.Batch;
        batch.Clear();
        for (int room = 0; room < batch.Count; room++)
        {
            Span<byte> datagram = batch[room];
            if (!DnsMessage.TryRead(datagram, out DnsMessage message) || !message.IsResponse)
            {
                // A query belongs to the relay, and not to one who asks (R-DNS-03).
                _table.Drop(Relay, Flaw.NoAnswer, socket.Host);
                continue;
            }

            if (_table.Find(socket, message) is not { } query)
            {
                _table.Drop(Relay, Flaw.NotAsked, socket.Host);
                continue;
            }

            _table.Failures.Worked(query.Target);
            _table.Leave(query);
            DnsMessage.WriteId(datagram, query.ClientId);
            batch.Add(room, query.Client, query.Asked);
            _answered[room] = query;
        }

        SendAnswers(batch);
    }

    private void SendAnswers(DatagramBatch batch)
    {
        int ended = 0;
        while (batch.Unsent > 0)
        {
            Errno error = _socket.TrySend(batch);
            if (error != Errno.None)
            {
                batch.Skip();
            }

            for (; ended < batch.Done; ended++)
            {
                _table.End(_answered[batch.RoomOf(ended)]!, error == Errno.None ? SessionEnd.Closed : SessionEnd.AnswerFailed, error);
            }
        }
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Listen()
    {
        while (await _socket.Readable() == Wake.Ready)
        {
            for (int count = 0; count < BatchesPerTurn && _socket.MayReceive && _socket.TryReceive(_table.Batch) == Errno.None; count++)
            {
                TakeQueries(_table.Batch);
            }

            if (_socket.MayReceive)
            {
                await _table.Loop.NextTurn();
            }
        }
    }

    private void TakeQueries(DatagramBatch batch)
    {
        for (int room = 0; room < batch.Count; room++)
        {
            _sender.Put(room, Begin(batch, room));
        }

        _sender.Send(batch);
    }

    // The query in a room, under the number for its host; null where it goes to none.
    private PendingQuery? Begin(DatagramBatch batch, int room)
    {
        SocketAddress client = batch.Source(room);
        if (Relay.IsDisabled)
        {
            return null;
        }

        if (!DnsMessage.TryRead(batch[room], out DnsMessage message) || client.Port == 0)
        {
            _table.Drop(Relay, Flaw.Malformed, client);
            return null;
        }

        if (message.IsResponse)
        {
            // Hosts are asked from other sockets, so whoever sends it there was not asked.
            _table.Drop(Relay, Flaw.NotAsked, client);
            return null;
        }

        PendingQuery query = _table.Begin(this, client, batch.Destination(room), message);
        _queries++;
        SessionEnd outcome = TryGo(query, out Errno error);
        if (outcome != SessionEnd.Done)
        {
            _table.End(query, outcome, error);
            return null;
        }

        DnsMessage.WriteId(batch[room], query.Id);
        query.Arm(query.Relay.Timeout);
        return query;
    }

    // Done where it is on its way.
    private SessionEnd TryGo(PendingQuery query, out Errno error)
    {
        error = Errno.None;
        SocketAddress meant = Relay.Meant?.Of(query.Asked) ?? default;
        if (!Relay.Chain.TryChoose(query.Client, meant, definition: null, hashed: null, out Target target) || target.Address.Kind == AddressKind.None)
        {
            return Relay.Meant?.Fail(query.Client, query.Asked.Kind == AddressKind.None ? Knowledge.None : Knowledge.OfSelf) ?? SessionEnd.Failed;
        }

        query.Target = target;
        error = _sender.Enter(query);
        return query.Socket is not null ? SessionEnd.Done : Relay.Sockets is null ? SessionEnd.Failed : SessionEnd.NoSource;
    }

    private void CloseIfDone()
    {
        if (_state == State.Answering && _queries == 0)
        {
            Close();
        }
    }
}
