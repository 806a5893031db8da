using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Engine.Netfilter;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Redirections;

/// <summary>
/// Where the kernel notes down which host serves a flow of a redirection with direct server return: it hears one side of these flows alone, and tracks none. The name of the map
/// says whose it is and where its hosts are, so that flows go on after a restart, when nobody knows any more which number a redirection had.
/// </summary>
/// <param name="Redirect">The name of the redirection.</param>
/// <param name="Device">The device towards the hosts.</param>
/// <param name="Digest">Of the addresses where packets are caught: where these change the flows that there are go on beside those to come.</param>
/// <param name="Family">The family of the addresses.</param>
internal sealed record FlowMap(string Redirect, string Device, uint Digest, RuleFamily Family)
{
    /// <summary>What all these names begin with, and no other.</summary>
    public const string Beginning = "flows-";

    /// <summary>The set of flows that a side has ended.</summary>
    public const string Closing = "closing";

    // As many as the kernel tracks where somebody has told it to track many.
    private const int MostFlows = 262_144;

    // Of a flow that has not shown more than its first packet, or of which a side has ended.
    private const string Briefly = "60s";

    /// <summary>Its name: a redirection may be called anything.</summary>
    public string Name => FormattableString.Invariant($"{Beginning}{Hex(Redirect)}-{Hex(Device)}-{Digest:x8}");

    /// <summary>It in the packet filter.</summary>
    public FilterMap Map => new(Family.RoutingTable, Name);

    /// <summary>The chain of flows that are noted down.</summary>
    public string Chain => $"known-{Name[Beginning.Length..]}";

    /// <summary>The rule that takes packets of flows that are noted down.</summary>
    public string Rule => $"{Number} @{Name} goto {Chain}";

    /// <summary>What packets of other flows fit.</summary>
    public string Others => $"{Number} != @{Name}";

    // A key of several parts would not leave room for the host in a rule of nftables 1.0.6. Two flows with one number have one host, which harms neither.
    private string Number => $"jhash {Family.Ip} saddr . th sport . {Family.Ip} daddr . th dport . meta l4proto mod 4294967295 seed 0x51756963";

    /// <summary>That of a redirection.</summary>
    /// <param name="redirect">With a device towards its hosts.</param>
    /// <param name="family">The family.</param>
    public static FlowMap Of(Redirect redirect, RuleFamily family) => new(redirect.Name, redirect.RouteInterface!, DigestOf(redirect), family);

    /// <summary>Reads the name of a map; null for another one.</summary>
    public static FlowMap? Of(string name, RuleFamily family) =>
        name.StartsWith(Beginning, StringComparison.Ordinal)
            && name[Beginning.Length..].Split('-') is [{ } redirect, { } device, { } digest]
            && uint.TryParse(digest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number)
            && Text(redirect) is { } redirectName
            && Text(device) is { } deviceName
            && NotRunnable.IsPlainDevice(deviceName)
                ? new FlowMap(redirectName, deviceName, number, family)
                : null;

    /// <summary>Adds the map, and the chain of flows that are in it.</summary>
    /// <param name="ruleset">What it is added to.</param>
    /// <param name="idle">How long a flow may say nothing.</param>
    public void AddTo(Ruleset ruleset, TimeSpan idle)
    {
        long seconds = (long)idle.TotalSeconds;
        ruleset.Add(new RuleMap(Name, FormattableString.Invariant($"typeof numgen inc mod 2 : {Family.Ip} daddr; flags dynamic,timeout; timeout 1h; size {MostFlows};")) { Table = Family.RoutingTable });
        ruleset.Add(new RuleMap(Closing, FormattableString.Invariant($"typeof numgen inc mod 2; flags dynamic,timeout; timeout {Briefly}; size {MostFlows};")) { Table = Family.RoutingTable, Kind = "set" });

        // An update of what is there renews its time alone, and no address.
        string[] rules =
        [
            $"tcp flags & (fin | rst) != 0 update @{Closing} {{ {Number} }}",
            $"tcp flags & (fin | syn | rst | ack) == syn delete @{Closing} {{ {Number} }}",
            $"{Number} @{Closing} update @{Name} {{ {Number} timeout {Briefly} : {Family.None} }}",
            FormattableString.Invariant($"{Number} != @{Closing} update @{Name} {{ {Number} timeout {seconds}s : {Family.None} }}"),
            $"dup to {Number} map @{Name} device {NftText.Device(Device)} drop",
        ];
        ruleset.Add(new RuleChain(Chain, "", rules) { Table = Family.RoutingTable });
    }

    /// <summary>Rules that note down a flow to a host, and send it there.</summary>
    public IReadOnlyList<string> RulesTo(string host) =>
        [$"update @{Name} {{ {Number} timeout {Briefly} : {host} }}", $"dup to {host} device {NftText.Device(Device)} drop"];

    // FNV-1a. Two sets of addresses with one digest would cost flows at a reload that replaces one by the other, and nothing else.
    private static uint DigestOf(Redirect redirect)
    {
        uint digest = 2_166_136_261;
        foreach (VirtualAddress listen in redirect.Listens)
        {
            foreach (char letter in FormattableString.Invariant($"{NftText.Address(listen.Address)} {listen.Protocol} {listen.Ports.First} {listen.Ports.Last} "))
            {
                digest = unchecked((digest ^ letter) * 16_777_619);
            }
        }

        return digest;
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.Latin1.GetBytes(text));

    private static string? Text(string hex) => hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigitLower) ? Encoding.Latin1.GetString(Convert.FromHexString(hex)) : null;
}

/// <summary>What a table of ours holds that is in the packet filter.</summary>
/// <param name="Name">Family and name.</param>
/// <param name="Chains">By name.</param>
/// <param name="Counters">By name.</param>
/// <param name="Maps">And sets.</param>
internal sealed record PresentTable(string Name, IReadOnlyList<string> Chains, IReadOnlyList<string> Counters, IReadOnlyList<PresentMap> Maps);

/// <summary>A map or a set of a table.</summary>
/// <param name="Kind">Which of both.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsEmpty">Whether there is no element.</param>
internal readonly record struct PresentMap(FilterMapKind Kind, string Name, bool IsEmpty);
