using System;
using System.Collections.Generic;

using Sluice.Daemon.Logging;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Relayd.Dns;
using Sluice.Relayd.Relaying;

namespace Sluice.Relayd.Datagrams;

/// <summary>All queries of a relay process that wait for their answers, and what its relays of datagrams share.</summary>
/// <param name="loop">The loop.</param>
/// <param name="sessions">All other sessions of the process.</param>
/// <param name="warn">Say what others can cause at will, and that seldom: one for each <see cref="Flaw"/>.</param>
internal sealed class QueryTable(EventLoop loop, SessionSet sessions, IReadOnlyList<RareWarning> warn)
{
    /// <summary>How many may wait. Where there are so many, the one that has waited longest gives way to the next.</summary>
    public const int Most = 32_768;

    private readonly PendingQuery?[] _byId = new PendingQuery?[QueryIds.Count];
    private readonly Stack<PendingQuery> _spare = new();

    // The oldest first.
    private readonly LinkedList<PendingQuery> _all = new();
    private QueryIds? _ids;

    /// <summary>The loop.</summary>
    public EventLoop Loop => loop;

    /// <summary>How many wait.</summary>
    public int Count => _all.Count;

    /// <summary>Numbers that nobody can guess.</summary>
    public RandomNumbers Random { get; } = new();

    /// <summary>Where datagrams are while they are looked at; made for the first relay.</summary>
    public DatagramBatch Batch => field ??= new DatagramBatch();

    /// <summary>Counts hosts' failures.</summary>
    public HostFailures Failures => sessions.Failures;

    /// <summary>A query came: its session begins. It has no number yet.</summary>
    public PendingQuery Begin(DatagramRelay listener, in SocketAddress client, in SocketAddress asked, in DnsMessage message)
    {
        PendingQuery query = _spare.TryPop(out PendingQuery? spare) ? spare : new PendingQuery();
        query.Begin(sessions.BeginQuery(listener.Relay), listener, client, asked, message);
        _all.AddLast(query.InProcess);
        return query;
    }

    /// <summary>It goes to a host, and gets the number that the host is told.</summary>
    public void Enter(PendingQuery query, HostSocket socket)
    {
        if (Count > Most)
        {
            // The relay's time is long, and hosts do not answer: what came first has waited longest. No host is to blame for how many came.
            End(_all.First!.Value, SessionEnd.NoAnswer, Errno.None);
        }

        _ids ??= new QueryIds(Random);
        query.Id = _ids.Take();
        query.Socket = socket;
        socket.Queries++;
        _byId[query.Id] = query;
    }

    /// <summary>The query that a message of a host answers; null where it answers none.</summary>
    public PendingQuery? Find(HostSocket socket, in DnsMessage message) =>
        _byId[message.Id] is { } query && query.Socket == socket && query.IsAnsweredBy(message) ? query : null;

    /// <summary>It waits for its host no more: another answer finds nobody. Its session goes on to its end.</summary>
    public void Leave(PendingQuery query)
    {
        if (query.Socket is { } socket)
        {
            _byId[query.Id] = null;
            _ids!.Return(query.Id);
            query.Socket = null;
            socket.Left();
        }
    }

    /// <summary>A session ends with this call.</summary>
    public void End(PendingQuery query, SessionEnd outcome, Errno error)
    {
        query.Disarm();
        if (query.Relay.Logging != Configuration.SessionLog.None)
        {
            sessions.Say(new SessionLine(query.Relay, query.SessionId, query.Client, query.Target.Address, outcome, error));
        }

        Leave(query);
        _all.Remove(query.InProcess);
        query.Listener.Left();
        _spare.Push(query);
        sessions.EndQuery(query.Relay);
    }

    /// <summary>Ends those that are meant.</summary>
    public void End(Predicate<PendingQuery> isMeant, SessionEnd outcome)
    {
        for (LinkedListNode<PendingQuery>? at = _all.First; at is not null;)
        {
            LinkedListNode<PendingQuery>? next = at.Next;
            if (isMeant(at.Value))
            {
                End(at.Value, outcome, Errno.None);
            }

            at = next;
        }
    }

    /// <summary>A datagram was dropped: it is counted, and said once a minute at most, where sessions that go wrong are logged.</summary>
    public void Drop(ServedRelay relay, Flaw flaw, in SocketAddress source)
    {
        sessions.Dropped(relay);
        if (relay.Logging != Configuration.SessionLog.None)
        {
            warn[(int)flaw].Say($"relay {relay.Name}, {Describe(flaw)} from {source}");
        }
    }

    /// <summary>What there is to say of them, the oldest first.</summary>
    public IEnumerable<SessionEntry> Entries()
    {
        foreach (PendingQuery query in _all)
        {
            yield return new SessionEntry
            {
                Id = query.SessionId,
                Client = query.Client,
                Target = query.Target.Address,
                State = SessionState.Running,
                Age = loop.Now - query.Began,
                Idle = loop.Now - query.Began,
                RelayId = query.Relay.Id,
                ProcessId = Environment.ProcessId,
                TagId = 0,
            };
        }
    }

    private static string Describe(Flaw flaw) => flaw switch
    {
        Flaw.Malformed => "malformed query",
        Flaw.NotAsked => "invalid response",
        _ => "unknown response",
    };
}

/// <summary>Why a datagram is dropped.</summary>
internal enum Flaw
{
    /// <summary>It is no message of the DNS.</summary>
    Malformed,

    /// <summary>It is an answer, but to no query that waits: not by its number, its question, or where it came to.</summary>
    NotAsked,

    /// <summary>A host sent what is no answer.</summary>
    NoAnswer,
}
