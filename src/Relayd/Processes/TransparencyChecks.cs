using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Netfilter;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Relayd.Redirections;

namespace Sluice.Relayd.Processes;

/// <summary>What relays need of the machine that take what was sent to others, or go by others' addresses (D-56). It is named at start, and nobody but the operator changes it.</summary>
internal static class TransparencyChecks
{
    /// <summary>Why no transparent relay can work; null where there is none, or it can.</summary>
    public static string? WhyNot(RelaydConfiguration configuration)
    {
        if (configuration.Relays.FirstOrDefault(static relay => relay.Forward.IsTransparent) is not { } transparent)
        {
            return null;
        }

        IReadOnlyList<KeptSocket> sockets = TransparentSocket.Open(TransparentKind.Stream4, 1, out Errno error);
        foreach (KeptSocket socket in sockets)
        {
            socket.Dispose();
        }

        return error == Errno.None ? null
            : $"relay {Quoting.Quote(transparent.Name)}: transparent: no socket can have a client's address: {error.Describe()}; it takes CAP_NET_ADMIN or CAP_NET_RAW (CapabilityBoundingSet= of the unit)";
    }

    /// <summary>A sentence for whatever will keep relays from working.</summary>
    /// <param name="configuration">Of which relays are looked at.</param>
    /// <param name="isRouted">Whether packets with the mark of <see cref="RelayRules"/> are brought to this machine, in a family.</param>
    public static IEnumerable<string> Warnings(RelaydConfiguration configuration, Func<AddressKind, bool> isRouted)
    {
        foreach (RuleFamily family in RelayRules.FamiliesOf(configuration).Where(family => !isRouted(family.Digit == '6' ? AddressKind.IPv6 : AddressKind.IPv4)))
        {
            yield return $"warning: nothing brings packets for others to relays, in IPv{family.Digit}: relayctl show rules | sh, once relayd runs";
        }

        foreach (Relay relay in configuration.Relays.Where(static relay => relay.Forward.IsTransparent && relay.Forward.Translation.Family == TargetFamily.Same))
        {
            Host? other = relay.Forward.Tables.SelectMany(use => configuration.TableOf(use).Hosts.AsEnumerable())
                .FirstOrDefault(host => Addresses.IsVersion4(host.Address) != Addresses.IsVersion4(relay.Listen.Address));
            if (other is not null)
            {
                yield return $"warning: relay {Quoting.Quote(relay.Name)} is transparent, and its host {Quoting.Quote(other.Name)} has addresses of another family than its clients: no session gets there";
            }
        }
    }

    /// <summary>Of this machine.</summary>
    public static bool IsRouted(AddressKind family) => MarkedRoutes.AreLocal(family, RelayRules.Mark);
}
