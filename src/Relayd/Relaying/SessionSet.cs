using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http;

namespace Sluice.Relayd.Relaying;

/// <summary>All sessions of a relay process; of queries it knows how many there are. Those of a host are found by its place, in the time that these take.</summary>
/// <param name="loop">The loop.</param>
/// <param name="board">Counts them.</param>
/// <param name="log">Says how they end.</param>
/// <param name="requests">Says what was asked for.</param>
/// <param name="failures">Counts hosts' failures.</param>
/// <param name="preface">Reads PROXY headers.</param>
internal sealed class SessionSet(EventLoop loop, RelayBoard board, SessionLog log, RequestLog requests, HostFailures failures, ProxyPreface preface)
{
    private readonly LinkedList<RelaySession> _all = new();
    private readonly Dictionary<int, LinkedList<RelaySession>> _atHosts = [];
    private readonly Stack<RelaySession> _spareTcp = new();
    private readonly Stack<RelaySession> _spareHttp = new();
    private long _lastId;

    // Sessions that have a connection to a host.
    private int _hosts;

    // Queries that wait for their answers.
    private int _queries;

    /// <summary>Exchanges that no session needs now.</summary>
    public ExchangePool<HttpExchange> Exchanges { get; } = new(static () => new HttpExchange(), static exchange => exchange.Clear());

    /// <summary>Says what was asked for.</summary>
    public RequestLog Requests => requests;

    /// <summary>Counts hosts' failures.</summary>
    public HostFailures Failures => failures;

    /// <summary>Reads PROXY headers.</summary>
    public ProxyPreface Preface => preface;

    /// <summary>How many there are.</summary>
    public int Count => _all.Count + _queries;

    /// <summary>How many more descriptors they may need: one for each that has no host.</summary>
    public int OwedDescriptors => int.Max(_all.Count - _hosts, 0);

    /// <summary>Whether another process accepts in place of this one: a client that asks again gets its last answer, and is told so.</summary>
    public bool AreLast { get; set; }

    /// <summary>Called when the last one has ended.</summary>
    public Action Emptied { get; set; } = static () => { };

    /// <summary>Serves a connection to its end.</summary>
    public ValueTask Serve(Connection client, ServedRelay relay)
    {
        if (relay.IsDisabled)
        {
            client.Close();
            return default;
        }

        RelaySession session = relay.Http is null
            ? _spareTcp.TryPop(out RelaySession? plain) ? plain : new TcpSession(this)
            : _spareHttp.TryPop(out RelaySession? http) ? http : new HttpSession(this);
        return session.Run(client, relay);
    }

    /// <summary>Ends those whose host went down, where their relays say so.</summary>
    public void HostDown(int place)
    {
        if (_atHosts.TryGetValue(place, out LinkedList<RelaySession>? sessions))
        {
            ForEach(sessions, static session => session.HostDown());
        }
    }

    /// <summary>Ends those of configurations that are older than the oldest that may live (D-32).</summary>
    /// <param name="oldest">The oldest generation that may.</param>
    public void LeaveGenerationsBefore(uint oldest) => ForEach(_all, session =>
    {
        if (session.Relay.Generation < oldest)
        {
            session.Close(SessionEnd.Closed);
        }
    });

    /// <summary>Ends all.</summary>
    public void Close() => ForEach(_all, static session => session.Close(SessionEnd.Closed));

    /// <summary>What there is to say of sessions, the oldest first.</summary>
    public IEnumerable<SessionEntry> Entries()
    {
        int processId = Environment.ProcessId;
        for (LinkedListNode<RelaySession>? node = _all.First; node is not null; node = node.Next)
        {
            RelaySession session = node.Value;
            yield return new SessionEntry
            {
                Id = session.Id,
                Client = session.Client,
                Target = session.Target,
                State = session.State,
                Age = loop.Now - session.Times.Began,
                Idle = loop.Now - session.Times.Moved,
                RelayId = session.Relay.Id,
                ProcessId = processId,
                TagId = session.TagId,
            };
        }
    }

    /// <summary>A query begins its session; its id.</summary>
    internal long BeginQuery(ServedRelay relay)
    {
        _queries++;
        board.Began(relay.Place);
        return ++_lastId;
    }

    /// <summary>A datagram was dropped.</summary>
    internal void Dropped(ServedRelay relay) => board.Drop(relay.Place);

    /// <summary>Says how a query ends.</summary>
    internal void Say(in SessionLine line) => log.Say(line, Count);

    /// <summary>The session of a query has ended.</summary>
    internal void EndQuery(ServedRelay relay)
    {
        _queries--;
        board.Ended(relay.Place);
        TellIfEmpty();
    }

    /// <summary>A session begins; its id.</summary>
    internal long Begin(RelaySession session)
    {
        _all.AddLast(session.InProcess);
        board.Began(session.Relay.Place);
        return ++_lastId;
    }

    /// <summary>The client of a session speaks TLS from now on.</summary>
    internal void Established(RelaySession session) => log.SayEstablished(session, Count);

    /// <summary>A session goes to a host.</summary>
    /// <param name="session">The session.</param>
    /// <param name="place">Where the host's health stands; 0 for none.</param>
    internal void GoesTo(RelaySession session, int place)
    {
        session.Host.AtHost.List?.Remove(session.Host.AtHost);
        if (place == 0)
        {
            return;
        }

        if (!_atHosts.TryGetValue(place, out LinkedList<RelaySession>? sessions))
        {
            sessions = new LinkedList<RelaySession>();
            _atHosts.Add(place, sessions);
        }

        sessions.AddLast(session.Host.AtHost);
    }

    /// <summary>So many more sessions have a connection to a host; fewer, where negative.</summary>
    internal void CountHosts(int more) => _hosts += more;

    /// <summary>A session ends with this call.</summary>
    internal void End(RelaySession session)
    {
        log.Say(session, Count);
        board.Ended(session.Relay.Place);
        _all.Remove(session.InProcess);
        session.Host.AtHost.List?.Remove(session.Host.AtHost);
        if (session.IsOver)
        {
            (session is HttpSession ? _spareHttp : _spareTcp).Push(session);
        }

        TellIfEmpty();
    }

    private void TellIfEmpty()
    {
        if (Count == 0)
        {
            Emptied();
        }
    }

    // Whoever is called may leave the list.
    private static void ForEach(LinkedList<RelaySession> sessions, Action<RelaySession> action)
    {
        for (LinkedListNode<RelaySession>? node = sessions.First; node is not null;)
        {
            LinkedListNode<RelaySession>? next = node.Next;
            action(node.Value);
            node = next;
        }
    }
}
