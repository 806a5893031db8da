using System.Collections.Generic;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Relayd.Relaying;

namespace Sluice.Relayd.Datagrams;

/// <summary>Sends a relay's queries to their hosts from where they were received: what is for one host leaves by one call.</summary>
/// <param name="owner">The relay.</param>
/// <param name="table">All queries of the process.</param>
internal sealed class QuerySender(DatagramRelay owner, QueryTable table)
{
    private readonly Dictionary<SocketAddress, HostSockets> _hosts = [];

    // Where hosts are those that clients mean, or see clients' addresses.
    private readonly PassingSockets _passing = new(owner, table);

    // Of a batch: the query in each room, null where none goes out, and the hosts that it goes to.
    private readonly PendingQuery?[] _inRoom = new PendingQuery?[DatagramBatch.Capacity];
    private readonly List<HostSockets> _asked = [];

    /// <summary>Hosts are asked over new sockets from now on.</summary>
    public void Renew()
    {
        foreach (HostSockets sockets in _hosts.Values)
        {
            sockets.Retire();
        }

        _hosts.Clear();
        _passing.Clear();
    }

    /// <summary>What is in a room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="query">Null where it goes to nobody.</param>
    public void Put(int room, PendingQuery? query) => _inRoom[room] = query;

    /// <summary>A query goes to its target, and gets its number for it.</summary>
    public Errno Enter(PendingQuery query)
    {
        HostSockets host = owner.Relay is { Sockets: null, Meant: null } ? SocketsOf(query) : _passing.Of(query);
        bool isAsked = host.Chosen is not null;
        if (host.Choose(query.Target, out Errno error) is not { } socket)
        {
            return error;
        }

        if (!isAsked)
        {
            _asked.Add(host);
        }

        table.Enter(query, socket);
        return Errno.None;
    }

    /// <summary>Sends all that was entered.</summary>
    /// <param name="batch">In which it came.</param>
    public void Send(DatagramBatch batch)
    {
        foreach (HostSockets host in _asked)
        {
            HostSocket socket = host.Chosen!;
            host.Sent();
            Send(batch, socket);
        }

        _asked.Clear();
    }

    private HostSockets SocketsOf(PendingQuery query)
    {
        if (!_hosts.TryGetValue(query.Target.Address, out HostSockets? host))
        {
            host = new HostSockets(owner, table, query.Target, client: default);
            _hosts.Add(query.Target.Address, host);
        }

        return host;
    }

    private void Send(DatagramBatch batch, HostSocket socket)
    {
        batch.Clear();
        for (int room = 0; room < batch.Count; room++)
        {
            if (_inRoom[room]?.Socket == socket)
            {
                batch.Add(room);
            }
        }

        // What failed at once is repeated at once (R-DNS-05), and once more: the first failure may be what came back of an earlier query.
        for (int attempt = 0; batch.Unsent > 0;)
        {
            Errno error = socket.TrySend(batch);
            if (error == Errno.None)
            {
                attempt = 0;
                continue;
            }

            PendingQuery query = _inRoom[batch.RoomOf(batch.Done)]!;
            if (attempt++ > query.Target.Retry)
            {
                attempt = 0;
                batch.Skip();
                table.Failures.Failed(query.Target);
                table.End(query, SessionEnd.Failed, error);
            }
        }
    }
}
