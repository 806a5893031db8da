using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;

using Sluice.Configuration.Grammar;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Redirections;

/// <summary>A family of addresses in the words of nft(8).</summary>
/// <param name="Digit">4 or 6, for names.</param>
/// <param name="Ip">The word before a field of the header.</param>
/// <param name="Type">The type of its addresses.</param>
/// <param name="None">The address of nobody.</param>
internal sealed record RuleFamily(char Digit, string Ip, string Type, string None)
{
    public static RuleFamily Version4 { get; } = new('4', "ip", "ipv4_addr", "0.0.0.0");

    public static RuleFamily Version6 { get; } = new('6', "ip6", "ipv6_addr", "::");

    public static IReadOnlyList<RuleFamily> All { get; } = [Version4, Version6];

    /// <summary>The table of this family alone, for direct server return.</summary>
    public string RoutingTable => $"{Ip} sluice";

    public static RuleFamily Of(IPAddress address) => Addresses.IsVersion4(address) ? Version4 : Version6;
}

/// <summary>Values of a configuration in the language of nft(8): numbers, addresses and names of few letters, so that nothing else can be said with them.</summary>
internal static class NftText
{
    // What nft(8) takes for the prefix of a logged packet, less the words around the name.
    private const int LongestLabel = 31;

    /// <summary>The name of a device, between quotes.</summary>
    /// <exception cref="ArgumentException">It has other letters than <see cref="NotRunnable"/> allows.</exception>
    public static string Device(string name) => NotRunnable.IsPlainDevice(name) ? $"\"{name}\"" : throw new ArgumentException("no name of a device", nameof(name));

    /// <summary>An address without its zone.</summary>
    public static string Address(IPAddress address) => new IPAddress(address.GetAddressBytes()).ToString();

    /// <summary>A network.</summary>
    public static string Network(Prefix network) => string.Create(CultureInfo.InvariantCulture, $"{Address(network.Address)}/{network.Length}");

    /// <summary>One port or several.</summary>
    public static string Ports(PortRange ports) => ports.IsSingle
        ? ports.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{ports.First}-{ports.Last}");

    /// <summary>The statement that marks packets, if any; foreign bits stay.</summary>
    public static IEnumerable<string> Marking(PacketMark? mark) => mark is { } bits ? [Marking("meta mark", bits)] : [];

    /// <summary>The statements that mark packets and the connection, if any; foreign bits stay.</summary>
    public static IEnumerable<string> MarkingAll(PacketMark? mark) => mark is { } bits ? [Marking("meta mark", bits), Marking("ct mark", bits)] : [];

    private static string Marking(string key, PacketMark bits) =>
        string.Create(CultureInfo.InvariantCulture, $"{key} set {key} & 0x{~bits.Mask:x8} | 0x{bits.Value:x8}");

    /// <summary>A name for people, with a low line for each letter that would mean something.</summary>
    public static string Label(string name) => string.Concat(name.Take(LongestLabel).Select(static letter =>
        char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or ' ' ? letter : '_'));
}
