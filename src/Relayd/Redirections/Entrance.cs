using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Grammar;

namespace Sluice.Relayd.Redirections;

/// <summary>What an entrance is for.</summary>
internal enum EntranceKind
{
    /// <summary>Packets go to their redirection.</summary>
    Redirects,

    /// <summary>Packets get the mark of their redirection, and go on.</summary>
    Marks,

    /// <summary>Packets go to their redirection after others were asked.</summary>
    Matches,
}

/// <summary>A map from address, protocol and port to the chain of the redirection, which is how one is found among however many.</summary>
/// <param name="ruleset">What it is added to.</param>
/// <param name="kind">What it is for.</param>
/// <param name="family">The family of the addresses.</param>
/// <param name="table">The table it is in.</param>
/// <param name="chainOf">The chain that packets of an address go to.</param>
internal sealed class Entrance(Ruleset ruleset, EntranceKind kind, RuleFamily family, string table, Func<Catch, string> chainOf)
{
    /// <summary>The group of NFLOG that packets are logged to: <c>tcpdump -i nflog:1</c>.</summary>
    private const int LogGroup = 1;

    private readonly Dictionary<string, string> _elements = new(StringComparer.Ordinal);

    /// <summary>What its map is called.</summary>
    public static string MapOf(EntranceKind kind, RuleFamily family) => $"{Word(kind)}-{family.Digit}";

    /// <summary>The rule that looks into the map.</summary>
    public static string RuleOf(EntranceKind kind, RuleFamily family) => $"{family.Ip} daddr . meta l4proto . th dport vmap @{MapOf(kind, family)}";

    /// <summary>Adds the map, and chains that ask for the device first, and log.</summary>
    /// <param name="catches">Of this family, in the order of the file: the first one that a packet fits has it.</param>
    public void Add(IReadOnlyList<Catch> catches)
    {
        foreach (IGrouping<(IPAddress, int), Catch> same in catches.GroupBy(static one => (one.Address.Address, one.Address.Protocol)))
        {
            foreach (PortSlice slice in PortSlices.Of([.. same]))
            {
                Lead(slice);
            }
        }

        ruleset.Add(new RuleMap(MapOf(kind, family), $"type {family.Type} . inet_proto . inet_service : verdict; flags interval;") { Table = table, Elements = _elements });
    }

    private string Listening => kind == EntranceKind.Marks ? "marked-" : "listen-";

    private static string Word(EntranceKind kind) => kind switch
    {
        EntranceKind.Marks => "marks",
        EntranceKind.Matches => "matches",
        _ => "redirects",
    };

    // Into the chain of the redirection, or through one that asks for the device first, and logs.
    private void Lead(PortSlice slice)
    {
        VirtualAddress address = slice.Catches[0].Address;
        string chain = slice.Catches is [{ Address: { Interface: null, IsLogged: false } } only]
            ? chainOf(only)
            : Listening + string.Join('-', slice.Catches.Select(static one => FormattableString.Invariant($"{one.Redirect.Place}.{one.Index}")));
        if (chain.StartsWith(Listening, StringComparison.Ordinal))
        {
            ruleset.Add(new RuleChain(chain, "", [.. slice.Catches.Select(Lead)]) { Table = table });
        }

        _elements[$"{NftText.Address(address.Address)} . {IpProtocols.Name(address.Protocol)} . {NftText.Ports(slice.Ports)}"] = $"{(kind == EntranceKind.Marks ? "jump" : "goto")} {chain}";
    }

    private string Lead(Catch one)
    {
        string device = one.Address.Interface is { } name ? $"iifname {NftText.Device(name)} " : "";
        string log = one.Address.IsLogged && kind != EntranceKind.Marks ? FormattableString.Invariant($"log prefix \"redirect {NftText.Label(one.Redirect.Name)} \" group {LogGroup} ") : "";
        return $"{device}{log}goto {chainOf(one)}";
    }
}
