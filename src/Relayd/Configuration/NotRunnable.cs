using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;

namespace Sluice.Relayd.Configuration;

/// <summary>What the language can say and this version does not do. It is asked at start and at a reload; a check of the file accepts it.</summary>
internal static class NotRunnable
{
    /// <summary>Why a configuration cannot run, in a sentence about the first part that cannot; null where all of it can.</summary>
    public static string? WhyNot(RelaydConfiguration configuration) => Reasons(configuration).FirstOrDefault();

    private static IEnumerable<string> Reasons(RelaydConfiguration configuration)
    {
        if (configuration.AgentX is not null)
        {
            yield return "agentx is not there yet; this version exports no statistics";
        }

        foreach (Redirect redirect in configuration.Redirects.AsEnumerable())
        {
            yield return $"redirect {Quoting.Quote(redirect.Name)}: redirections are not there yet; this version has relays only";
        }

        foreach (Relay relay in configuration.Relays.AsEnumerable())
        {
            if (Missing(relay, configuration.ProtocolOf(relay)) is { } reason)
            {
                yield return $"relay {Quoting.Quote(relay.Name)}: {reason}";
            }
        }

        foreach (Router router in configuration.Routers.AsEnumerable())
        {
            yield return $"router {Quoting.Quote(router.Name)}: routers are not there yet; this version has relays only";
        }

        foreach (Table table in configuration.Tables.AsEnumerable())
        {
            if (table.DemotionGroup is not null)
            {
                yield return $"table {Quoting.Quote(table.Name)}: demote is not there yet; this version tells no other program that all hosts are down";
            }
        }
    }

    private static string? Missing(Relay relay, Protocol protocol) => protocol.Type switch
    {
        ProtocolType.Dns when relay.Forward.ProxyProtocol != 0 => "proxy-protocol over UDP is not there yet; hosts of this version learn of clients over TCP alone",
        _ => Missing(relay.Forward),
    };

    private static string? Missing(Forwarding forward) => forward switch
    {
        { Lookup: Lookup.Destination } => "forward to destination is not there yet; this version forwards to tables and addresses",
        { Lookup: Lookup.Nat } => "forward to nat lookup is not there yet; this version forwards to tables and addresses",
        { IsTransparent: true } => "transparent is not there yet; hosts of this version learn of clients by proxy-protocol",
        _ => null,
    };
}
