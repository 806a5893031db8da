using System;
using System.IO;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Routing;

/// <summary>What has happened to routes, the more the worse.</summary>
public enum RouteNews
{
    /// <summary>Nothing that matters.</summary>
    None,

    /// <summary>Devices or addresses changed, and with them the kernel may have dropped routes without a word.</summary>
    Devices,

    /// <summary>Somebody else changed routes or nexthops of ours, or such that stand beside them.</summary>
    Routes,
}

/// <summary>Hears from the kernel when somebody else changes routes, nexthops, devices or addresses.</summary>
public sealed class RouteEvents : NetlinkEvents, IDisposable
{
    private RouteNews _news;
    private uint _ownPort;
    private Func<RoutePrefix, bool> _concerns = static _ => false;

    private RouteEvents(EventLoop loop)
        : base(loop)
    {
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <exception cref="IOException">The kernel does not tell.</exception>
    public static RouteEvents Open(EventLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        RouteEvents opened = new(loop);
        opened.Listen(
            Libc.NETLINK_ROUTE, Libc.RTNLGRP_LINK, Libc.RTNLGRP_IPV4_IFADDR, Libc.RTNLGRP_IPV4_ROUTE, Libc.RTNLGRP_IPV6_IFADDR, Libc.RTNLGRP_IPV6_ROUTE, Libc.RTNLGRP_NEXTHOP);
        return opened;
    }

    /// <summary>Takes what was told so far.</summary>
    /// <param name="ownPort">What is done through <see cref="RouteTable"/> with this number is no news.</param>
    /// <param name="concerns">Which networks matter, whoever has a route there.</param>
    public RouteNews TakeAll(uint ownPort, Func<RoutePrefix, bool> concerns)
    {
        _news = RouteNews.None;
        (_ownPort, _concerns) = (ownPort, concerns);
        Drain();
        return _news;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>What messages tell.</summary>
    internal static RouteNews Read(ReadOnlySpan<byte> messages, uint ownPort, Func<RoutePrefix, bool> concerns)
    {
        RouteNews news = RouteNews.None;
        int at = 0;
        while (NetlinkText.TryReadMessage(messages, ref at, out NetlinkPart message))
        {
            uint port = NetlinkText.PortOf(messages, message);
            RouteNews told = message.Type switch
            {
                Libc.RTM_NEWLINK or Libc.RTM_DELLINK or Libc.RTM_NEWADDR or Libc.RTM_DELADDR => RouteNews.Devices,
                _ when port != 0 && port == ownPort => RouteNews.None,
                Libc.RTM_NEWNEXTHOP or Libc.RTM_DELNEXTHOP => RouteMessages.ReadNexthop(messages, message)?.Protocol == RouteTable.Protocol ? Whose(port) : RouteNews.None,
                Libc.RTM_NEWROUTE or Libc.RTM_DELROUTE => RouteMessages.TryReadRoute(messages, message, out PresentRoute route)
                    && (route.Protocol == RouteTable.Protocol || concerns(route.Key.Destination)) ? Whose(port) : RouteNews.None,
                _ => RouteNews.None,
            };
            news = told > news ? told : news;
        }

        return news;
    }

    private protected override void Take(ReadOnlySpan<byte> messages)
    {
        RouteNews told = Read(messages, _ownPort, _concerns);
        _news = told > _news ? told : _news;
    }

    private protected override void Lose() => _news = RouteNews.Routes;

    // What nobody asked for comes of devices that are down.
    private static RouteNews Whose(uint port) => port == 0 ? RouteNews.Devices : RouteNews.Routes;
}
