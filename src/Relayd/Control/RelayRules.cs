using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Configuration.Grammar;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Redirections;

namespace Sluice.Relayd.Control;

/// <summary>The rules of nft(8) and ip(8) that relays of a configuration need, as commands of sh(1) for the administrator: relayd installs none of them. To run them again replaces them.</summary>
internal static class RelayRules
{
    /// <summary>The bit of marks that says that a packet is for this machine, whoever it was sent to.</summary>
    public const uint Mark = 0x0010_0000;

    /// <summary>The table of nftables, which is the administrator's.</summary>
    private const string Table = "inet sluice_relays";

    // Of the rule and of the routing table that it leads to.
    private const int Number = 5300;

    /// <summary>The commands.</summary>
    public static string Print(RelaydConfiguration configuration)
    {
        string[] diverting = [.. Answers(configuration), .. configuration.Relays.Where(relay => IsDiverted(configuration, relay)).SelectMany(relay => Diverting(configuration, relay))];
        string[] translating = [.. configuration.Relays.Where(relay => IsTranslated(configuration, relay)).SelectMany(Translating)];
        StringBuilder text = new();
        if (diverting.Length + translating.Length == 0)
        {
            return "# No relay of this configuration needs rules of the packet filter.\n";
        }

        _ = text.Append("# What relays of relayd(8) need of nft(8) and ip(8). To install or replace it: relayctl show rules | sh\n")
            .Append(CultureInfo.InvariantCulture, $"nft -f - <<'END'\nadd table {Table}\ndelete table {Table}\ntable {Table} {{\n");
        Append(text, "divert", "filter hook prerouting priority mangle", diverting);
        Append(text, "translate", "nat hook prerouting priority dstnat", translating);
        _ = text.Append("}\nEND\n");
        foreach (RuleFamily family in diverting.Length == 0 ? [] : FamiliesOf(configuration))
        {
            string ip = family.Digit == '6' ? "ip -6" : "ip";
            _ = text.Append(CultureInfo.InvariantCulture, $"{ip} rule del preference {Number} 2>/dev/null\n")
                .Append(CultureInfo.InvariantCulture, $"{ip} rule add preference {Number} fwmark 0x{Mark:x}/0x{Mark:x} lookup {Number}\n")
                .Append(CultureInfo.InvariantCulture, $"{ip} route replace local default dev lo table {Number}\n");
        }

        return text.ToString();
    }

    /// <summary>The families in which packets for others have to be brought to this machine.</summary>
    public static IEnumerable<RuleFamily> FamiliesOf(RelaydConfiguration configuration) => configuration.Relays
        .Where(relay => relay.Forward.IsTransparent || IsDiverted(configuration, relay))
        .Select(static relay => RuleFamily.Of(relay.Listen.Address)).Distinct();

    private static void Append(StringBuilder text, string chain, string kind, string[] rules)
    {
        if (rules.Length > 0)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"\tchain {chain} {{\n\t\ttype {kind}; policy accept;\n")
                .AppendJoin("", rules.Select(static rule => $"\t\t{rule}\n")).Append("\t}\n");
        }
    }

    // Where packets stay as they are; so always with datagrams, of which the kernel does not say where they were sent to before it translated them.
    private static bool IsDiverted(RelaydConfiguration configuration, Relay relay) =>
        relay.Forward.Lookup == Lookup.Destination || (relay.Forward.Lookup == Lookup.Nat && IsOfDatagrams(configuration, relay));

    private static bool IsTranslated(RelaydConfiguration configuration, Relay relay) =>
        relay.Forward.Lookup == Lookup.Nat && !IsOfDatagrams(configuration, relay);

    // What comes back to clients' addresses, and belongs to a connection of ours: one that listens is none.
    private static IEnumerable<string> Answers(RelaydConfiguration configuration)
    {
        foreach (Relay relay in configuration.Relays.Where(static relay => relay.Forward.IsTransparent))
        {
            string protocol = ProtocolOf(configuration, relay);
            int[] ports =
            [
                .. relay.Forward.Tables.Select(use => configuration.TableOf(use).Port)
                    .Concat(relay.Forward.Address is { } address ? [address.Port] : [])
                    .Distinct().Order(),
            ];
            string from = relay.Forward.Lookup != Lookup.None ? $"meta l4proto {protocol}" : $"{protocol} sport {{ {string.Join(", ", ports)} }}";
            yield return Comment(relay, "answers of hosts to addresses of clients");
            yield return $"{Family(relay)} {from} socket transparent 1 socket wildcard 0 {Marking} accept";
        }
    }

    private static IEnumerable<string> Diverting(RelaydConfiguration configuration, Relay relay)
    {
        yield return Comment(relay, "what is sent to this port of others");
        yield return $"{Meant(configuration, relay)} tproxy {RuleFamily.Of(relay.Listen.Address).Ip} to {Listen(relay)} {Marking} accept";
    }

    private static IEnumerable<string> Translating(Relay relay)
    {
        yield return Comment(relay, "what is sent to this port of others");
        yield return $"{Meant(configuration: null, relay)} dnat {RuleFamily.Of(relay.Listen.Address).Ip} to {Listen(relay)}";
    }

    private static string Meant(RelaydConfiguration? configuration, Relay relay) => string.Create(
        CultureInfo.InvariantCulture, $"{Family(relay)} {(configuration is null ? "tcp" : ProtocolOf(configuration, relay))} dport {relay.Listen.Port} fib daddr type != local");

    private static string Marking => string.Create(CultureInfo.InvariantCulture, $"meta mark set meta mark | 0x{Mark:x8}");

    private static string Family(Relay relay) => Addresses.IsVersion4(relay.Listen.Address) ? "meta nfproto ipv4" : "meta nfproto ipv6";

    private static string Listen(Relay relay)
    {
        string address = NftText.Address(relay.Listen.Address);
        return string.Create(CultureInfo.InvariantCulture, $"{(Addresses.IsVersion4(relay.Listen.Address) ? address : $"[{address}]")}:{relay.Listen.Port}");
    }

    private static string Comment(Relay relay, string what) => $"# relay {NftText.Label(relay.Name)}: {what}";

    private static bool IsOfDatagrams(RelaydConfiguration configuration, Relay relay) => configuration.ProtocolOf(relay).Type == ProtocolType.Dns;

    private static string ProtocolOf(RelaydConfiguration configuration, Relay relay) => IsOfDatagrams(configuration, relay) ? "udp" : "tcp";
}
