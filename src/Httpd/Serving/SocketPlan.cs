using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Configuration.Grammar;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Serving;

/// <summary>A listening socket that a configuration needs, and the hosts that are reached through it.</summary>
/// <remarks>Parent and servers make the plan from the same configuration: the one opens the sockets, the others
/// know by the key what a connection on each is served by.</remarks>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="IsTls">Whether clients speak TLS.</param>
/// <param name="IsProxied">Whether a PROXY header comes first.</param>
/// <param name="Options">Those of the first server on the address (H-SRV-09).</param>
/// <param name="Hosts">In the order in which a request tries them; the first is the default (H-SRV-19).</param>
internal sealed record SocketPlan(
    IPEndPoint EndPoint, bool IsTls, bool IsProxied, TcpOptions Options, IReadOnlyList<VirtualHost> Hosts)
{
    /// <summary>The same address gives the same key in every configuration.</summary>
    public string Key => EndPoint.ToString();

    /// <summary>Whether one of its hosts has a place that asks for passwords.</summary>
    public bool AsksForPasswords => Hosts.Any(static host =>
        host.Server.Settings.Authentication is not null || host.Server.Locations.Any(static location => location.Settings.Authentication is not null));

    /// <summary>The sockets of a configuration, in the order in which its servers name them first.</summary>
    /// <remarks>A socket is shared where an earlier one has the port and covers the address: an earlier wildcard
    /// covers every later address of its family, but not the other way round (H-SRV-06).</remarks>
    public static IReadOnlyList<SocketPlan> Of(HttpdConfiguration configuration)
    {
        List<SocketPlan> plans = [];
        List<List<VirtualHost>> hosts = [];
        Dictionary<IPEndPoint, int> known = [];
        foreach (Server server in configuration.Servers)
        {
            foreach (VirtualHost host in VirtualHost.Expand(server))
            {
                if (!TryCover(known, host.Listen.EndPoint, out int index))
                {
                    index = plans.Count;
                    known.Add(host.Listen.EndPoint, index);
                    hosts.Add([]);
                    plans.Add(new SocketPlan(host.Listen.EndPoint, host.Listen.Tls, host.Listen.ProxyProtocol, server.Tcp, hosts[index]));
                }

                hosts[index].Add(host);
            }
        }

        return plans;
    }

    /// <summary>The first socket that takes an address: its own, or the one for all of its family.</summary>
    private static bool TryCover(Dictionary<IPEndPoint, int> known, IPEndPoint address, out int index)
    {
        int own = known.GetValueOrDefault(address, int.MaxValue);
        int all = known.GetValueOrDefault(new IPEndPoint(WildcardLike(address.Address), address.Port), int.MaxValue);
        index = int.Min(own, all);
        return index != int.MaxValue;
    }

    private static IPAddress WildcardLike(IPAddress address) =>
        address.GetAddressBytes().Length == IPAddress.IPv6Any.GetAddressBytes().Length ? IPAddress.IPv6Any : IPAddress.Any;
}
