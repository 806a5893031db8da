using System.Collections.Generic;

using Sluice.Configuration.Grammar;
using Sluice.Engine.Io;
using Sluice.Http.Messages;

namespace Sluice.Httpd.Serving;

/// <summary>From the networks of the configuration to a set that addresses are looked up in.</summary>
internal static class Networks
{
    /// <summary>The set; null where there is no network, so that a request is spared the question.</summary>
    public static AddressSet? SetOf(IReadOnlyCollection<Prefix> networks) =>
        networks.Count == 0 ? null : new AddressSet(Convert(networks));

    private static IEnumerable<(SocketAddress Address, int Length)> Convert(IEnumerable<Prefix> networks)
    {
        foreach (Prefix network in networks)
        {
            yield return (SocketAddress.FromIp(network.Address.GetAddressBytes(), port: 0), network.Length);
        }
    }
}
