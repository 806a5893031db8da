using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Relayd.Datagrams;

/// <summary>The sockets of a relay for hosts of which there are as many as clients like: those that clients mean, or each client's own with its address. They are closed when they have not
/// been asked over for a while.</summary>
internal sealed class PassingSockets
{
    // Where there are so many, all who ask get new ones: a flood of forged senders costs no more than this.
    private const int Most = 4096;

    private readonly DatagramRelay _owner;
    private readonly QueryTable _table;
    private readonly Dictionary<(SocketAddress Client, SocketAddress Host), HostSockets> _all = [];
    private readonly Alarm _sweep;

    /// <summary>Makes it ready.</summary>
    /// <param name="owner">The relay.</param>
    /// <param name="table">All queries of the process.</param>
    public PassingSockets(DatagramRelay owner, QueryTable table)
    {
        (_owner, _table) = (owner, table);
        _sweep = new Alarm(Sweep);
    }

    /// <summary>Those for a query, whose target is known.</summary>
    public HostSockets Of(PendingQuery query)
    {
        (SocketAddress Client, SocketAddress Host) key = (_owner.Relay.Sockets is null ? default : query.Client.WithPort(0), query.Target.Address);
        if (_all.TryGetValue(key, out HostSockets? sockets))
        {
            return sockets;
        }

        if (_all.Count == Most)
        {
            Clear();
        }

        if (_all.Count == 0)
        {
            _sweep.Arm(_table.Loop.Timeouts(HostSockets.Life));
        }

        sockets = new HostSockets(_owner, _table, query.Target, key.Client);
        _all.Add(key, sockets);
        return sockets;
    }

    /// <summary>All are closed as soon as nobody waits for answers there.</summary>
    public void Clear()
    {
        _sweep.Disarm();
        foreach (HostSockets sockets in _all.Values)
        {
            sockets.Retire();
        }

        _all.Clear();
    }

    private void Sweep()
    {
        foreach (KeyValuePair<(SocketAddress Client, SocketAddress Host), HostSockets> old in
            _all.Where(one => _table.Loop.Now - one.Value.Opened >= HostSockets.Life).ToArray())
        {
            old.Value.Retire();
            _ = _all.Remove(old.Key);
        }

        if (_all.Count > 0)
        {
            _sweep.Arm(_table.Loop.Timeouts(HostSockets.Life));
        }
    }
}
