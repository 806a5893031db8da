using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration;

/// <summary>What the language can say and this version does not do. It is asked at start and at a reload; a check of the file accepts it.</summary>
internal static class NotRunnable
{
    private const int BitsOfByte = 8;
    private const int HighestBit = 0x80;
    private const int LocalTable = 255;
    private const int MostGateways = 128;

    /// <summary>Why a configuration cannot run, in a sentence about the first part that cannot; null where all of it can.</summary>
    public static string? WhyNot(RelaydConfiguration configuration) => Reasons(configuration).FirstOrDefault();

    private static IEnumerable<string> Reasons(RelaydConfiguration configuration)
    {
        foreach (Redirect redirect in configuration.Redirects.AsEnumerable())
        {
            if (Missing(redirect) is { } reason)
            {
                yield return $"redirect {Quoting.Quote(redirect.Name)}: {reason}";
            }
        }

        foreach (Relay relay in configuration.Relays.AsEnumerable())
        {
            if (Missing(relay, configuration.ProtocolOf(relay)) is { } reason)
            {
                yield return $"relay {Quoting.Quote(relay.Name)}: {reason}";
            }
        }

        HashSet<(int Table, int Priority, string Route)> routes = [];
        foreach (Router router in configuration.Routers.AsEnumerable())
        {
            if (Missing(router, configuration, routes) is { } reason)
            {
                yield return $"router {Quoting.Quote(router.Name)}: {reason}";
            }
        }
    }

    /// <summary>Whether a device has a name that means nothing else to nft(8), which takes a star for all names that begin so.</summary>
    internal static bool IsPlainDevice(string name) =>
        name.Length > 0 && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or ':' or '@');

    private static string? Missing(Redirect redirect) => redirect switch
    {
        _ when redirect.Listens.Select(static listen => listen.Interface).Append(redirect.RouteInterface).OfType<string>().Any(static name => !IsPlainDevice(name)) =>
            "the name of an interface has letters, digits and . - _ : @ alone; rename it with ip link set",
        _ => null,
    };

    // The kernel has one route of a kind.
    private static string? Missing(Router router, RelaydConfiguration configuration, HashSet<(int Table, int Priority, string Route)> routes)
    {
        if (router.RoutingTable is LocalTable)
        {
            return "rtable 255 has the addresses of this machine; give the router another one";
        }

        if (router.IsDisabled || router.Gateways is not { } use)
        {
            return null;
        }

        Table table = configuration.TableOf(use);
        string[] own = [.. router.Routes.Select(static route => RouteText(route.Destination)).Distinct(StringComparer.Ordinal)];
        int[] priorities = [.. table.Hosts.Select(static host => host.RoutePriority).Distinct()];
        string? twice = own.FirstOrDefault(route => priorities.Count(priority => routes.Add((router.RoutingTable, priority, route))) < priorities.Length);
        return table.Hosts.Count > MostGateways ? $"{MostGateways} gateways are the most that a route can have"
            : twice is null ? null
            : $"route {twice} is another router's with the same priority; put the gateways of both into one table";
    }

    // The network, whatever bits of the address stand behind its length.
    private static string RouteText(Prefix prefix)
    {
        byte[] bytes = prefix.Address.GetAddressBytes();
        for (int bit = prefix.Length; bit < bytes.Length * BitsOfByte; bit++)
        {
            bytes[bit / BitsOfByte] &= (byte)(byte.MaxValue ^ (HighestBit >> (bit % BitsOfByte)));
        }

        return $"{new IPAddress(bytes)}/{prefix.Length}";
    }

    private static string? Missing(Relay relay, Protocol protocol) => protocol.Type switch
    {
        ProtocolType.Dns when relay.Forward.ProxyProtocol != 0 => "hosts of datagrams are sent no PROXY header; leave proxy-protocol out of forward",
        _ when relay.Forward.Lookup != Lookup.None && (relay.Listen.Address.Equals(IPAddress.Any) || relay.Listen.Address.Equals(IPAddress.IPv6Any)) =>
            "destination and nat lookup cannot tell the addresses that clients mean from those of a relay that listens on all; listen on one, to which rules of the packet filter bring clients",
        _ => null,
    };
}
