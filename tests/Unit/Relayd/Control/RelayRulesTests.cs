using System;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Control;

/// <summary>What relayctl show rules prints; that it works is what the system tests show.</summary>
public sealed class RelayRulesTests
{
    [Fact]
    public void Relays_that_go_by_their_own_addresses_need_none() =>
        Assert.Equal("# No relay of this configuration needs rules of the packet filter.\n", Print("listen on 192.0.2.1 port 80\nforward to 192.0.2.2 port 80"));

    [Fact]
    public void Answers_to_clients_addresses_are_brought_here_by_the_ports_of_hosts()
    {
        string rules = Print("listen on 192.0.2.1 port 80\ntransparent forward to <hosts> port 3440\nforward to 192.0.2.2 port 99\ntransparent forward to <others> port 88");

        Assert.Contains(
            "meta nfproto ipv4 tcp sport { 88, 99, 3440 } socket transparent 1 socket wildcard 0 meta mark set meta mark | 0x00100000 accept\n", rules, StringComparison.Ordinal);
        Assert.Contains("\nip rule add preference 5300 fwmark 0x100000/0x100000 lookup 5300\nip route replace local default dev lo table 5300\n", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("ip -6", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void Destinations_are_diverted_and_looked_up_ones_translated_but_datagrams_never()
    {
        Assert.Contains("tcp dport 80 fib daddr type != local tproxy ip6 to [::1]:80 meta mark set", Print("listen on ::1 port 80\nforward to destination"), StringComparison.Ordinal);
        Assert.Contains("tcp dport 80 fib daddr type != local dnat ip to 192.0.2.1:80\n", Print("listen on 192.0.2.1 port 80\nforward to nat lookup"), StringComparison.Ordinal);
        Assert.Contains("udp dport 53 fib daddr type != local tproxy ip to 127.0.0.1:53 ", Print("listen on 127.0.0.1 port 53\nprotocol \"names\"\nforward to nat lookup"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_cannot_say_anything_to_a_shell_or_to_nft() => Assert.DoesNotContain(
        "$(", Print("listen on 192.0.2.1 port 80\nforward to nat lookup", "END$(touch x)`'"), StringComparison.Ordinal);

    private static string Print(string lines, string name = "www") => RelayRules.Print(Configuration(lines, name));

    private static RelaydConfiguration Configuration(string lines, string name) =>
        Loaded.Good($"table <hosts> {{ 192.0.2.7 }}\ntable <others> {{ 192.0.2.8 }}\ndns protocol \"names\"\nrelay \"{name}\" {{\n{lines}\n}}\n");
}
