using System;
using System.Collections.Generic;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Relayd.Relaying;

/// <summary>Connections to the hosts of a relay that no session needs now (<c>http reuse</c>), the last used first.</summary>
/// <param name="idle">How long one is kept.</param>
internal sealed class HostPool(DeadlineQueue idle)
{
    // Of one host in one process.
    private const int MostIdle = 512;

    private readonly Dictionary<SocketAddress, List<IdleHost>> _hosts = [];
    private readonly Stack<IdleHost> _spare = new();

    /// <summary>A connection to a host, which is the caller's from now on; null where there is none.</summary>
    public Connection? Rent(in SocketAddress address)
    {
        if (!_hosts.TryGetValue(address, out List<IdleHost>? hosts))
        {
            return null;
        }

        while (hosts.Count > 0)
        {
            Connection connection = Remove(hosts, hosts.Count - 1);
            if (IsAtRest(connection))
            {
                return connection;
            }

            Connector.Release(connection);
        }

        return null;
    }

    /// <summary>Takes a connection whose last response is whole.</summary>
    public void Return(in SocketAddress address, Connection connection)
    {
        if (!_hosts.TryGetValue(address, out List<IdleHost>? hosts))
        {
            hosts = [];
            _hosts.Add(address, hosts);
        }

        IdleHost host = _spare.TryPop(out IdleHost? spare) ? spare : new IdleHost(this);
        if (hosts.Count == MostIdle || connection.TellOfDeparture(host.Departed))
        {
            _spare.Push(host);
            Connector.Release(connection);
            return;
        }

        host.Begin(connection, hosts);
        hosts.Add(host);
        host.Arm(idle);
    }

    /// <summary>Whether nobody has said anything since the last response: what a host says unasked is no answer to the next request.</summary>
    public static bool IsAtRest(Connection connection) => connection.Input.IsEmpty && connection.TryFill() == Fill.Again;

    private Connection Remove(List<IdleHost> hosts, int index)
    {
        IdleHost host = hosts[index];
        hosts[index] = hosts[^1];
        hosts.RemoveAt(hosts.Count - 1);
        host.Disarm();
        Connection connection = host.Connection!;
        _ = connection.TellOfDeparture(watcher: null);
        host.Begin(connection: null, hosts);
        _spare.Push(host);
        return connection;
    }

    private sealed class IdleHost : Deadline
    {
        private readonly HostPool _pool;
        private List<IdleHost> _all = [];

        public IdleHost(HostPool pool)
        {
            _pool = pool;
            Departed = Leave;
        }

        /// <summary>Null where it stands for none.</summary>
        public Connection? Connection { get; private set; }

        /// <summary>Called when the host is gone.</summary>
        public Action Departed { get; }

        public void Begin(Connection? connection, List<IdleHost> all) => (Connection, _all) = (connection, all);

        protected override void OnExpired() => Leave();

        private void Leave()
        {
            if (Connection is not null)
            {
                Connector.Release(_pool.Remove(_all, _all.IndexOf(this)));
            }
        }
    }
}
