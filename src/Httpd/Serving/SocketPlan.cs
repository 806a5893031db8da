using System.Collections.Generic;
using System.Net;

using Sluice.Configuration.Grammar;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Serving;

/// <summary>A listening socket that a configuration needs, and the hosts that are reached through it.</summary>
/// <remarks>Parent and servers make the plan from the same configuration: the one opens the sockets, the others
/// know by the key what a connection on each is served by.</remarks>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="IsTls">Whether clients speak TLS.</param>
/// <param name="Options">Those of the first server on the address (H-SRV-09).</param>
/// <param name="Hosts">In the order in which a request tries them; the first is the default (H-SRV-19).</param>
internal sealed record SocketPlan(
    IPEndPoint EndPoint, bool IsTls, TcpOptions Options, IReadOnlyList<VirtualHost> Hosts)
{
    /// <summary>The same address gives the same key in every configuration.</summary>
    public string Key => EndPoint.ToString();

    /// <summary>The sockets of a configuration, in the order in which its servers name them first.</summary>
    /// <remarks>A socket is shared where an earlier one has the port and covers the address: an earlier wildcard
    /// covers every later address of its family, but not the other way round (H-SRV-06).</remarks>
    public static IReadOnlyList<SocketPlan> Of(HttpdConfiguration configuration)
    {
        List<SocketPlan> plans = [];
        List<List<VirtualHost>> hosts = [];
        foreach (Server server in configuration.Servers)
        {
            foreach (VirtualHost host in VirtualHost.Expand(server))
            {
                int index = plans.FindIndex(plan => Covers(plan.EndPoint, host.Listen.EndPoint));
                if (index < 0)
                {
                    index = plans.Count;
                    hosts.Add([]);
                    plans.Add(new SocketPlan(host.Listen.EndPoint, host.Listen.Tls, server.Tcp, hosts[index]));
                }

                hosts[index].Add(host);
            }
        }

        return plans;
    }

    private static bool Covers(IPEndPoint earlier, IPEndPoint later) =>
        earlier.Port == later.Port
        && (earlier.Address.Equals(later.Address) || earlier.Address.Equals(WildcardLike(later.Address)));

    private static IPAddress WildcardLike(IPAddress address) =>
        address.GetAddressBytes().Length == IPAddress.IPv6Any.GetAddressBytes().Length ? IPAddress.IPv6Any : IPAddress.Any;
}
