using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Grammar;
using Sluice.Relayd.Tables.Scheduling;

namespace Sluice.Relayd.Redirections;

/// <summary>
/// From redirections, and from who is up, to the rules of the packet filter (D-52). A packet that opens a flow finds its redirection by one look into a map, and its host by
/// another one, however many there are. What a chain or a map is called says whose it is: the place of the redirection and the family.
/// </summary>
/// <param name="configuration">What there is.</param>
/// <param name="mayServe">Tells by its place whether a host is up and not withdrawn.</param>
/// <param name="isDisabled">Whether the operator has taken a redirection out of service, or the configuration.</param>
/// <param name="hashes">The slots of hashes of this configuration.</param>
internal sealed class RulesetPlan(RelaydConfiguration configuration, Predicate<int> mayServe, Predicate<Redirect> isDisabled, HashTables hashes)
{
    /// <summary>The group of NFLOG that packets are logged to: <c>tcpdump -i nflog:1</c>.</summary>
    private const int LogGroup = 1;

    // The kernel counts it in ticks of 32 bits, up to a thousand a second.
    private const long MostSeconds = 4_000_000;

    private const string Ports = "meta l4proto { tcp, udp, dccp, sctp, udplite } ";

    private readonly Ruleset _ruleset = new();
    private readonly Dictionary<RuleFamily, Dictionary<string, string>> _caught = new()
    {
        [RuleFamily.Version4] = new(StringComparer.Ordinal),
        [RuleFamily.Version6] = new(StringComparer.Ordinal),
    };

    /// <summary>The rules.</summary>
    public static Ruleset Of(RelaydConfiguration configuration, Predicate<int> mayServe, Predicate<Redirect> isDisabled) =>
        new RulesetPlan(configuration, mayServe, isDisabled, new HashTables(mayServe)).Make();

    /// <summary>The rules; once.</summary>
    public Ruleset Make()
    {
        List<Catch> catches = [];
        foreach (Redirect redirect in configuration.Redirects)
        {
            _ruleset.Add(new RuleObject("counter", CounterOf(redirect), ""));
            if (ServingUse(redirect) is { } use)
            {
                catches.AddRange(Serve(redirect, use));
            }
        }

        foreach (IGrouping<(IPAddress, int), Catch> same in catches.GroupBy(static one => (one.Address.Address, one.Address.Protocol)))
        {
            foreach (PortSlice slice in PortSlices.Of([.. same]))
            {
                Lead(slice);
            }
        }

        AddBase();
        return _ruleset;
    }

    /// <summary>What stays where no redirection is: chains whose presence has the kernel go on with the flows that there are (D-53).</summary>
    public static Ruleset Idle { get; } = Of(new RelaydConfiguration(), static _ => false, static _ => false);

    /// <summary>The table whose hosts serve: the backup where no host of the first is up; null where the redirection is not in the rules.</summary>
    public TableUse? ServingUse(Redirect redirect) => isDisabled(redirect) ? null
        : Serves(redirect.Table) ? redirect.Table
        : redirect.Backup is { } backup && Serves(backup) ? backup
        : null;

    /// <summary>The name of the counter of a redirection.</summary>
    public static string CounterOf(Redirect redirect) => Invariant($"redirect-{redirect.Place}");

    /// <summary>The maps in which a redirection remembers clients.</summary>
    public static string StickyMapOf(Redirect redirect, RuleFamily family, PortUse ports) => "sticky" + Suffix(redirect, family, ports);

    private static string Suffix(Redirect redirect, RuleFamily family, PortUse ports) =>
        Invariant($"-{redirect.Place}-{family.Digit}{(ports == PortUse.Kept ? "-ports" : "")}");

    /// <summary>Whether packets of an address keep their port (R-REDIR-12).</summary>
    public static PortUse PortsOf(VirtualAddress address, Table table) => address.Ports.IsSingle || table.HasOwnPort ? PortUse.Translated : PortUse.Kept;

    private bool Serves(TableUse use) => configuration.TableOf(use).Hosts.Any(host => mayServe(host.Place));

    private void AddBase()
    {
        foreach ((RuleFamily family, Dictionary<string, string> elements) in _caught)
        {
            _ruleset.Add(new RuleMap($"redirects-{family.Digit}", $"type {family.Type} . inet_proto . inet_service : verdict; flags interval;") { Elements = elements });
        }

        // As quick rules of pf(4), before those of the administrator. The first rule is what has flows tracked.
        _ruleset.Add(new RuleChain(
            "prerouting",
            "type nat hook prerouting priority dstnat - 1; policy accept;",
            [
                "ct state != new accept",
                "tcp flags & (fin | syn | rst | ack) != syn accept",
                "ip daddr . meta l4proto . th dport vmap @redirects-4",
                "ip6 daddr . meta l4proto . th dport vmap @redirects-6",
            ]));
    }

    // What is caught of a redirection: addresses of families of which a host is up.
    private IEnumerable<Catch> Serve(Redirect redirect, TableUse use)
    {
        Table table = configuration.TableOf(use);
        foreach (RuleFamily family in (RuleFamily[])[RuleFamily.Version4, RuleFamily.Version6])
        {
            Host[] hosts = [.. table.Hosts.Where(host => RuleFamily.Of(host.Address) == family)];
            Catch[] catches = [.. redirect.Listens
                .Select((_, index) => new Catch(redirect, index))
                .Where(one => RuleFamily.Of(one.Address.Address) == family)];
            if (catches.Length == 0 || !hosts.Any(host => mayServe(host.Place)))
            {
                continue;
            }

            IReadOnlyList<Host> slots = use.Mode == ScheduleMode.SourceHash
                ? hashes.Of(table with { Hosts = [.. hosts] }, family)
                : HostSlots.InTurn(hosts, host => mayServe(host.Place));
            foreach (PortUse ports in catches.Select(one => PortsOf(one.Address, table)).Distinct())
            {
                AddChain(new Served(redirect, use, family, ports, ports == PortUse.Translated ? table.Port : null), slots);
            }

            foreach (Catch one in catches)
            {
                yield return one;
            }
        }
    }

    private void AddChain(Served served, IReadOnlyList<Host> slots)
    {
        (Redirect redirect, _, RuleFamily family, PortUse ports, int? port) = served;
        string suffix = Suffix(redirect, family, ports);
        long seconds = long.Clamp((long)redirect.SessionTimeout.TotalSeconds, 1, MostSeconds);
        string timeout = Invariant($"tcp-{seconds}-{family.Digit}");
        _ruleset.Add(new RuleObject("ct timeout", timeout, Invariant($"protocol tcp; l3proto {family.Ip}; policy = {{ established : {seconds} }};")));
        string transport = port is null ? "" : Ports;
        string translated = port is null ? "" : Invariant($" : {port}");
        string slot = Slot(served, slots.Count);
        List<string> rules =
        [
            $"counter name \"{CounterOf(redirect)}\" comment \"{NftText.Label(redirect.Name)}\"",
            $"meta l4proto tcp ct timeout set \"{timeout}\"",
        ];
        if (redirect.IsSticky)
        {
            rules.Add($"{transport}dnat {family.Ip} to {family.Ip} saddr map @sticky{suffix}{translated}");
            rules.Add($"{slot} vmap @hosts{suffix}");
            AddSticky(served, slots);
        }
        else
        {
            rules.Add($"{transport}dnat {family.Ip} to {slot} map @hosts{suffix}{translated}");
            _ruleset.Add(new RuleMap("hosts" + suffix, $"typeof numgen inc mod 2 : {family.Ip} daddr;")
            {
                Elements = Numbered(slots, static host => NftText.Address(host.Address)),
            });
        }

        _ruleset.Add(new RuleChain("redirect" + suffix, "", rules));
    }

    // A client that is seen for the first time goes through the chain of its host, which notes it down.
    private void AddSticky(Served served, IReadOnlyList<Host> slots)
    {
        (Redirect redirect, _, RuleFamily family, PortUse ports, int? port) = served;
        string suffix = Suffix(redirect, family, ports);
        _ruleset.Add(new RuleMap(
            StickyMapOf(redirect, family, ports), $"type {family.Type} : {family.Type}; flags dynamic,timeout; timeout 1h; size 65536;"));
        _ruleset.Add(new RuleMap("hosts" + suffix, "typeof numgen inc mod 2 : verdict;") { Elements = Numbered(slots, host => $"goto {HostChain(host)}") });
        foreach (Host host in slots.DistinctBy(static host => host.Place))
        {
            string translated = port is null ? NftText.Address(host.Address)
                : Invariant($"{(family == RuleFamily.Version6 ? $"[{NftText.Address(host.Address)}]" : NftText.Address(host.Address))}:{port}");
            _ruleset.Add(new RuleChain(
                HostChain(host),
                "",
                [
                    $"update @sticky{suffix} {{ {family.Ip} saddr : {NftText.Address(host.Address)} }}",
                    $"{(port is null ? "" : Ports)}dnat {family.Ip} to {translated}",
                ]));
        }

        string HostChain(Host host) => Invariant($"host-{host.Place}{suffix}");
    }

    private static string Slot(Served served, int count) => served.Use.Mode switch
    {
        ScheduleMode.SourceHash => Invariant($"jhash {served.Family.Ip} saddr mod {HashSlots.Count} seed 0x{Seed(served.Use):x}"),
        ScheduleMode.Random => Invariant($"numgen random mod {count}"),
        _ => Invariant($"numgen inc mod {count}"),
    };

    private static uint Seed(TableUse use) => use.Key.Count < sizeof(uint) ? 0 : BitConverter.ToUInt32(use.Key.AsSpan());

    private static Dictionary<string, string> Numbered(IReadOnlyList<Host> slots, Func<Host, string> value)
    {
        Dictionary<string, string> elements = new(StringComparer.Ordinal);
        Dictionary<int, string> values = [];
        for (int i = 0; i < slots.Count; i++)
        {
            if (!values.TryGetValue(slots[i].Place, out string? text))
            {
                text = value(slots[i]);
                values.Add(slots[i].Place, text);
            }

            elements.Add(i.ToString(CultureInfo.InvariantCulture), text);
        }

        return elements;
    }

    // Into the chain of the redirection, or through one that asks for the device first, and logs.
    private void Lead(PortSlice slice)
    {
        VirtualAddress address = slice.Catches[0].Address;
        RuleFamily family = RuleFamily.Of(address.Address);
        string chain = slice.Catches is [{ Address: { Interface: null, IsLogged: false } } only]
            ? RedirectChain(only, family)
            : "listen-" + string.Join('-', slice.Catches.Select(static one => Invariant($"{one.Redirect.Place}.{one.Index}")));
        if (chain.StartsWith("listen", StringComparison.Ordinal))
        {
            _ruleset.Add(new RuleChain(chain, "", [.. slice.Catches.Select(one => Lead(one, family))]));
        }

        _caught[family][$"{NftText.Address(address.Address)} . {IpProtocols.Name(address.Protocol)} . {NftText.Ports(slice.Ports)}"] = $"goto {chain}";
    }

    private string Lead(Catch one, RuleFamily family)
    {
        string device = one.Address.Interface is { } name ? $"iifname {NftText.Device(name)} " : "";
        string log = one.Address.IsLogged ? Invariant($"log prefix \"redirect {NftText.Label(one.Redirect.Name)} \" group {LogGroup} ") : "";
        return $"{device}{log}goto {RedirectChain(one, family)}";
    }

    private string RedirectChain(Catch one, RuleFamily family) =>
        "redirect" + Suffix(one.Redirect, family, PortsOf(one.Address, configuration.TableOf(ServingUse(one.Redirect)!)));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Served(Redirect Redirect, TableUse Use, RuleFamily Family, PortUse Ports, int? Port);
}

/// <summary>What becomes of the port of a packet.</summary>
internal enum PortUse
{
    /// <summary>It is that of the table.</summary>
    Translated,

    /// <summary>It stays.</summary>
    Kept,
}
