using System;
using System.Collections.Generic;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Relayd.Health;
using Sluice.Relayd.Tables;

namespace Sluice.Relayd.Relaying;

/// <summary>Connections to the hosts of a relay that no session needs now (<c>http reuse</c>), the last used first.</summary>
/// <param name="idle">How long one is kept.</param>
/// <param name="health">Which hosts may serve.</param>
internal sealed class HostPool(DeadlineQueue idle, HealthBoard health)
{
    // Of one host in one process.
    private const int MostIdle = 512;

    private readonly Dictionary<(SocketAddress Address, TlsPeer? Tls), List<IdleHost>> _hosts = [];
    private readonly Stack<IdleHost> _spare = new();
    private bool _isClosed;

    /// <summary>A connection to a host, which is the caller's from now on; null where there is none.</summary>
    public Connection? Rent(in Target target)
    {
        if (!_hosts.TryGetValue((target.Address, target.Tls), out List<IdleHost>? hosts))
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
    /// <param name="target">Its host: with TLS a name at an address, so that no connection serves one that it was not verified for.</param>
    /// <param name="connection">Is not the caller's any more.</param>
    public void Return(in Target target, Connection connection)
    {
        if (_isClosed || (target.Place != 0 && health.IsOut(target.Place)))
        {
            Connector.Release(connection);
            return;
        }

        if (!_hosts.TryGetValue((target.Address, target.Tls), out List<IdleHost>? hosts))
        {
            hosts = [];
            _hosts.Add((target.Address, target.Tls), hosts);
        }

        IdleHost host = _spare.TryPop(out IdleHost? spare) ? spare : new IdleHost(this);
        if (hosts.Count == MostIdle || connection.TellOfDeparture(host.Departed))
        {
            _spare.Push(host);
            Connector.Release(connection);
            return;
        }

        host.Begin(connection, hosts, target.Place);
        hosts.Add(host);
        host.Arm(idle);
    }

    /// <summary>Closes those to a host that went down or was taken out of service: who comes when it is back would find them dead.</summary>
    /// <param name="place">Where its health stands.</param>
    public void HostOut(int place)
    {
        foreach (List<IdleHost> hosts in _hosts.Values)
        {
            // The last one takes the place of one that is removed.
            for (int index = hosts.Count - 1; index >= 0; index--)
            {
                if (hosts[index].Place == place)
                {
                    Connector.Release(Remove(hosts, index));
                }
            }
        }
    }

    /// <summary>Closes all, and those that still come: their relay has a successor, or is gone.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (List<IdleHost> hosts in _hosts.Values)
        {
            while (hosts.Count > 0)
            {
                Connector.Release(Remove(hosts, hosts.Count - 1));
            }
        }
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
        host.Begin(connection: null, hosts, place: 0);
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

        /// <summary>Where the health of its host stands; 0 for none.</summary>
        public int Place { get; private set; }

        /// <summary>Called when the host is gone.</summary>
        public Action Departed { get; }

        public void Begin(Connection? connection, List<IdleHost> all, int place) => (Connection, _all, Place) = (connection, all, place);

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
