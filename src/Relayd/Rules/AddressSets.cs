using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration.Grammar;
using Sluice.Engine.Io;
using Sluice.Http.Messages;

namespace Sluice.Relayd.Rules;

/// <summary>From the networks of the configuration to sets that addresses are looked up in.</summary>
internal static class AddressSets
{
    /// <summary>The set of these networks.</summary>
    public static AddressSet Of(params IEnumerable<Prefix> networks) =>
        new(networks.Select(static network => (SocketAddress.FromIp(network.Address.GetAddressBytes(), port: 0), network.Length)));
}
