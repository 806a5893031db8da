using System;
using System.Collections.Generic;
using System.IO;

using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Routing;

/// <summary>The kernel's routes and nexthops, over netlink. To change them takes CAP_NET_ADMIN; its calls do not wait for anybody but the kernel.</summary>
public sealed class RouteTable : IDisposable
{
    /// <summary>By this number our routes and nexthops are known: <c>proto 115</c> of ip(8).</summary>
    public const byte Protocol = 115;

    // A list that was changed while it was read is read again.
    private const int MostAttempts = 8;

    // No network of its own, so the route to all is what leads there; RFC 7600, and the first address of what is given out (RFC 4291 2.4).
    private static readonly SocketAddress _anywhere = SocketAddress.FromIp([192, 0, 0, 8], port: 0);
    private static readonly SocketAddress _anywhere6 = SocketAddress.FromIp([0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], port: 0);

    private readonly byte[] _request = new byte[RouteMessages.LongestBytes];
    private readonly NetlinkSocket _socket;

    private RouteTable(NetlinkSocket socket)
    {
        _socket = socket;
    }

    /// <summary>The number by which events name who asked through this; 0 until something was asked.</summary>
    public uint Port => _socket.Port;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static RouteTable Open()
    {
        NetlinkSocket socket = NetlinkSocket.Open(Libc.NETLINK_ROUTE);
        socket.BeStrict();
        return new RouteTable(socket);
    }

    /// <summary>Lists our routes, and everybody's nexthops.</summary>
    public Errno List(ICollection<PresentRoute> routes, ICollection<Nexthop> nexthops)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(nexthops);
        Errno error = Errno.Interrupted;
        for (int attempt = 0; attempt < MostAttempts && error == Errno.Interrupted; attempt++)
        {
            routes.Clear();
            nexthops.Clear();
            error = ListRoutes(Libc.AF_INET, routes);
            error = error == Errno.None ? ListRoutes(Libc.AF_INET6, routes) : error;
            error = error == Errno.None ? ListNexthops(nexthops) : error;
        }

        return error;
    }

    /// <summary>Changes something.</summary>
    /// <returns><see cref="Errno.Exists"/> where somebody else has what is to be added.</returns>
    public Errno Apply(RouteChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return _socket.Ask(RouteMessages.Write(_request, change, Protocol));
    }

    /// <summary>By which device packets reach a neighbour.</summary>
    /// <param name="neighbour">IPv4 or IPv6.</param>
    /// <param name="device">Its index; 0 where the address is on no network of this machine.</param>
    public Errno FindDevice(in SocketAddress neighbour, out int device)
    {
        int found = 0;
        Errno error = _socket.Ask(
            RouteMessages.WriteWayQuery(_request, neighbour, flags: 0),
            (buffer, message) => _ = RouteMessages.TryReadDevice(buffer, message, out found));
        device = error == Errno.None ? found : 0;
        return error;
    }

    /// <summary>The route that packets to a network take; null where none does.</summary>
    public PresentRoute? FindRoute(RoutePrefix destination)
    {
        bool isFound = false;
        PresentRoute found = default;
        Errno error = _socket.Ask(
            RouteMessages.WriteWayQuery(_request, AddressIn(destination), Libc.RTM_F_FIB_MATCH),
            (buffer, message) => isFound |= RouteMessages.TryReadRoute(buffer, message, out found));
        return error == Errno.None && isFound ? found : null;
    }

    /// <summary>Takes away all that is ours.</summary>
    public Errno Purge()
    {
        List<PresentRoute> routes = [];
        List<Nexthop> nexthops = [];
        Errno error = List(routes, nexthops);
        foreach (PresentRoute route in routes)
        {
            error = Worse(error, Apply(new RemoveRoute(route.Key)));
        }

        // With its last member a group goes by itself.
        foreach (Nexthop nexthop in nexthops)
        {
            error = nexthop.Protocol == Protocol ? Worse(error, Apply(new RemoveNexthop(nexthop.Id))) : error;
        }

        return error;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static Errno Worse(Errno error, Errno other) => other is Errno.None or Errno.NoSuchProcess or Errno.NotFound ? error : other;

    private static SocketAddress AddressIn(RoutePrefix destination) => destination.Length > 0 ? destination.Address
        : destination.Address.Kind == AddressKind.IPv6 ? _anywhere6 : _anywhere;

    private Errno ListRoutes(int family, ICollection<PresentRoute> routes) => _socket.Ask(
        RouteMessages.WriteRoutesQuery(_request, family, Protocol),
        (buffer, message) =>
        {
            if (RouteMessages.TryReadRoute(buffer, message, out PresentRoute route) && route.Protocol == Protocol)
            {
                routes.Add(route);
            }
        });

    private Errno ListNexthops(ICollection<Nexthop> nexthops) => _socket.Ask(
        RouteMessages.WriteNexthopsQuery(_request),
        (buffer, message) =>
        {
            if (RouteMessages.ReadNexthop(buffer, message) is { } nexthop)
            {
                nexthops.Add(nexthop);
            }
        });
}
