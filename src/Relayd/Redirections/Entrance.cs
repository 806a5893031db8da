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

/// <summary>
/// Maps from address, protocol and port to the chain of the redirection, which is how one is found among however many. Single ports are found by a hash, for which their number
/// is no matter. What a map of ranges costs grows with it, so ranges have one of their own, where there are any: slices of ports do not overlap, so a packet is in one of both at most.
/// </summary>
/// <param name="ruleset">What they are added to.</param>
/// <param name="kind">What they are for.</param>
/// <param name="family">The family of the addresses.</param>
/// <param name="table">The table they are in.</param>
/// <param name="chainOf">The chain that packets of an address go to.</param>
internal sealed class Entrance(Ruleset ruleset, EntranceKind kind, RuleFamily family, string table, Func<Catch, string> chainOf)
{
    /// <summary>The group of NFLOG that packets are logged to: <c>tcpdump -i nflog:1</c>.</summary>
    private const int LogGroup = 1;

    private readonly Dictionary<string, string> _ports = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ranges = new(StringComparer.Ordinal);

    /// <summary>What only packets fit that open a flow, where the table gets others too.</summary>
    public Func<Catch, string>? OpeningOf { get; init; }

    /// <summary>Adds the maps, and chains that ask for the device first, and log.</summary>
    /// <param name="catches">Of this family, in the order of the file: the first one that a packet fits has it.</param>
    /// <returns>The rules that look into the maps.</returns>
    public IReadOnlyList<string> Add(IReadOnlyList<Catch> catches)
    {
        foreach (IGrouping<(IPAddress, int), Catch> same in catches.GroupBy(static one => (one.Address.Address, one.Address.Protocol)))
        {
            foreach (PortSlice slice in PortSlices.Of([.. same]))
            {
                Lead(slice);
            }
        }

        string ofPorts = Add($"{Word}-{family.Digit}", "", _ports);
        return _ranges.Count == 0 ? [ofPorts] : [ofPorts, Add($"{Word}-ranges-{family.Digit}", " flags interval;", _ranges)];
    }

    private string Add(string map, string flags, Dictionary<string, string> elements)
    {
        ruleset.Add(new RuleMap(map, $"type {family.Type} . inet_proto . inet_service : verdict;{flags}") { Table = table, Elements = elements });
        return $"{family.Ip} daddr . meta l4proto . th dport vmap @{map}";
    }

    private string Listening => kind == EntranceKind.Marks ? "marked-" : "listen-";

    private string Word => kind switch
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
            ruleset.Add(new RuleChain(chain, "", [.. slice.Catches.SelectMany(Lead)]) { Table = table });
        }

        Dictionary<string, string> elements = slice.Ports.IsSingle ? _ports : _ranges;
        elements[$"{NftText.Address(address.Address)} . {IpProtocols.Name(address.Protocol)} . {NftText.Ports(slice.Ports)}"] = $"{(kind == EntranceKind.Marks ? "jump" : "goto")} {chain}";
    }

    private IEnumerable<string> Lead(Catch one)
    {
        string device = one.Address.Interface is { } name ? $"iifname {NftText.Device(name)} " : "";
        if (one.Address.IsLogged && kind != EntranceKind.Marks)
        {
            string opening = OpeningOf is null ? "" : $"{OpeningOf(one)} ";
            yield return FormattableString.Invariant($"{device}{opening}log prefix \"redirect {NftText.Label(one.Redirect.Name)} \" group {LogGroup}");
        }

        yield return $"{device}goto {chainOf(one)}";
    }
}
