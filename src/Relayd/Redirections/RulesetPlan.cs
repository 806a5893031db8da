using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.Relayd.Configuration;
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
/// <param name="shares">The slots of hosts where those with fewest flows get the next, by the places of redirection and host.</param>
internal sealed class RulesetPlan(
    RelaydConfiguration configuration, Predicate<int> mayServe, Predicate<Redirect> isDisabled, HashTables hashes, IReadOnlyDictionary<(int Redirect, int Host), int> shares)
{
    // The kernel counts it in ticks of 32 bits, up to a thousand a second.
    private const long MostSeconds = 4_000_000;

    private const string Ports = "meta l4proto { tcp, udp, dccp, sctp, udplite } ";

    private static readonly Dictionary<(int Redirect, int Host), int> _noShares = [];

    private readonly Ruleset _ruleset = new();
    private readonly Dictionary<RuleFamily, List<Catch>> _catches = RuleFamily.All.ToDictionary(static family => family, static _ => new List<Catch>());
    private readonly Dictionary<RuleFamily, List<Catch>> _matches = RuleFamily.All.ToDictionary(static family => family, static _ => new List<Catch>());
    private readonly Dictionary<RuleFamily, RouteRules> _routes = [];

    /// <summary>The rules.</summary>
    public static Ruleset Of(RelaydConfiguration configuration, Predicate<int> mayServe, Predicate<Redirect> isDisabled) =>
        new RulesetPlan(configuration, mayServe, isDisabled, new HashTables(mayServe), _noShares).Make([]);

    /// <summary>The rules; once.</summary>
    /// <param name="left">Flows of direct server return that go on, also where their redirection does not serve.</param>
    public Ruleset Make(IReadOnlyCollection<FlowMap> left)
    {
        foreach (RuleFamily family in RuleFamily.All)
        {
            _routes.Add(family, new RouteRules(_ruleset, family));
        }

        foreach (Redirect redirect in configuration.Redirects)
        {
            if (redirect.RouteInterface is null)
            {
                _ruleset.Add(new RuleObject("counter", CounterOf(redirect), ""));
            }

            if (ServingUse(redirect) is { } use)
            {
                Serve(redirect, use);
            }
        }

        AddBase();
        HairpinRules.Add(_ruleset, _catches.Values.Concat(_matches.Values).SelectMany(static catches => catches));
        foreach (RouteRules routes in _routes.Values)
        {
            routes.Finish(left);
        }

        return _ruleset;
    }

    /// <summary>What stays where no redirection is: chains whose presence has the kernel go on with the flows that there are (D-53).</summary>
    public static Ruleset Idle(IReadOnlyCollection<FlowMap> left) => new RulesetPlan(new RelaydConfiguration(), static _ => false, static _ => false, new HashTables(static _ => false), _noShares).Make(left);

    /// <summary>The table whose hosts serve: the backup where no host of the first is up; null where the redirection is not in the rules.</summary>
    public TableUse? ServingUse(Redirect redirect) => isDisabled(redirect) ? null
        : Serves(redirect.Table) ? redirect.Table
        : redirect.Backup is { } backup && Serves(backup) ? backup
        : null;

    /// <summary>The name of the counter of a redirection.</summary>
    public static string CounterOf(Redirect redirect) => Invariant($"redirect-{redirect.Place}");

    /// <summary>The rule that counts what opens a flow.</summary>
    public static string CountingRule(Redirect redirect) => $"counter name \"{CounterOf(redirect)}\" comment \"{NftText.Label(redirect.Name)}\"";

    /// <summary>How long a flow may say nothing.</summary>
    public static TimeSpan TimeoutOf(Redirect redirect) => TimeSpan.FromSeconds(long.Clamp((long)redirect.SessionTimeout.TotalSeconds, 1, MostSeconds));

    /// <summary>The maps in which a redirection remembers clients.</summary>
    public static string StickyMapOf(Redirect redirect, RuleFamily family, PortUse ports) => "sticky" + Suffix(redirect, family, ports);

    private static string Suffix(Redirect redirect, RuleFamily family, PortUse ports) =>
        Invariant($"-{redirect.Place}-{family.Digit}{(ports == PortUse.Kept ? "-ports" : "")}");

    /// <summary>Whether packets of an address keep their port (R-REDIR-12).</summary>
    public static PortUse PortsOf(VirtualAddress address, Table table) => address.Ports.IsSingle || table.HasOwnPort ? PortUse.Translated : PortUse.Kept;

    private bool Serves(TableUse use) => configuration.TableOf(use).Hosts.Any(host => mayServe(host.Place));

    private void AddBase()
    {
        string[] redirects = Enter(EntranceKind.Redirects, _catches, RedirectChain);
        bool areMatched = _matches.SelectMany(static catches => catches.Value).Any();
        string[] marks = areMatched ? Enter(EntranceKind.Marks, _matches, static (one, _) => MarkChain(one.Redirect)) : [];
        Lease.AddTo(_ruleset, Ruleset.Table);
        string[] opening = ["ct state != new accept", "tcp flags & (fin | syn | rst | ack) != syn accept", Lease.Rule];

        // As quick rules of pf(4), before those of the administrator. The first rule is what has flows tracked.
        _ruleset.Add(new RuleChain("prerouting", "type nat hook prerouting priority dstnat - 1; policy accept;", [.. opening, .. marks, .. redirects]));
        if (areMatched)
        {
            // As match rules of pf(4): they mark, and translate where no rule of the administrator has.
            string[] matches = Enter(EntranceKind.Matches, _matches, RedirectChain);
            _ruleset.Add(new RuleChain("prerouting-matches", "type nat hook prerouting priority dstnat + 1; policy accept;", [.. opening, .. matches]));
        }
    }

    private string[] Enter(EntranceKind kind, Dictionary<RuleFamily, List<Catch>> catches, Func<Catch, RuleFamily, string> chainOf) =>
    [
        .. RuleFamily.All.SelectMany(family => new Entrance(_ruleset, kind, family, Ruleset.Table, one => chainOf(one, family)).Add(catches[family])),
    ];

    // Catches packets to the addresses of those families of which a host is up.
    private void Serve(Redirect redirect, TableUse use)
    {
        Table table = configuration.TableOf(use);
        foreach (RuleFamily family in RuleFamily.All)
        {
            Host[] hosts = [.. table.Hosts.Where(host => RuleFamily.Of(host.Address) == family)];
            Catch[] catches = [.. redirect.Listens
                .Select((_, index) => new Catch(redirect, index))
                .Where(one => RuleFamily.Of(one.Address.Address) == family)];
            if (catches.Length == 0 || !hosts.Any(host => mayServe(host.Place)))
            {
                continue;
            }

            ScheduleMode mode = ModeOf(redirect, use);
            IReadOnlyList<Host> slots = mode == ScheduleMode.SourceHash
                ? hashes.Of(table with { Hosts = [.. hosts] }, family)
                : HostSlots.InTurn(mode == ScheduleMode.LeastStates ? Shared(redirect, hosts) : hosts, host => mayServe(host.Place));
            if (redirect.RouteInterface is not null)
            {
                _routes[family].Serve(redirect, catches, slots, Slot(use, mode, family, slots.Count));
                continue;
            }

            foreach (PortUse ports in catches.Select(one => PortsOf(one.Address, table)).Distinct())
            {
                AddChain(new Served(redirect, use, family, ports, ports == PortUse.Translated ? table.Port : null) { Hosts = [.. hosts.Where(host => mayServe(host.Place))] }, slots);
            }

            (redirect.AsksOthers ? _matches : _catches)[family].AddRange(catches);
            if (redirect.AsksOthers)
            {
                _ruleset.Add(new RuleChain(MarkChain(redirect), "", [.. NftText.MarkingAll(redirect.Mark)]));
            }
        }
    }

    // Where the flows of some host are not known yet, hosts take turns.
    private Host[] Shared(Redirect redirect, Host[] hosts)
    {
        Host[] up = [.. hosts.Where(host => mayServe(host.Place))];
        Host[] shared = [.. up.Select(host => host with { Weight = shares.GetValueOrDefault((redirect.Place, host.Place), -1) }).Where(static host => host.Weight != 0)];
        return shared.Length == 0 || Array.Exists(shared, static host => host.Weight < 0) ? up : shared;
    }

    // With direct server return the host of a client is that of its address: what is noted down there are flows.
    private static ScheduleMode ModeOf(Redirect redirect, TableUse use) =>
        redirect is { RouteInterface: not null, IsSticky: true } ? ScheduleMode.SourceHash : use.Mode;

    private void AddChain(Served served, IReadOnlyList<Host> slots)
    {
        (Redirect redirect, _, RuleFamily family, PortUse ports, int? port) = served;
        string suffix = Suffix(redirect, family, ports);
        long seconds = (long)TimeoutOf(redirect).TotalSeconds;
        string timeout = Invariant($"tcp-{seconds}-{family.Digit}");
        _ruleset.Add(new RuleObject("ct timeout", timeout, Invariant($"protocol tcp; l3proto {family.Ip}; policy = {{ established : {seconds} }};")));
        string transport = port is null ? "" : Ports;
        string translated = port is null ? "" : Invariant($" : {port}");
        string slot = Slot(served.Use, served.Use.Mode, family, slots.Count);
        List<string> rules =
        [
            CountingRule(redirect),
            .. NftText.MarkingAll(redirect.AsksOthers ? null : redirect.Mark),
            $"meta l4proto tcp ct timeout set \"{timeout}\"",
        ];
        if (redirect.IsSticky)
        {
            rules.AddRange(Remembering(family, suffix, $"{transport}dnat {family.Ip} to {family.Ip} saddr map @sticky{suffix}{translated}"));
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

    // What a map says can be compared with a set nowhere but in the packet (nftables 1.0.6), which has the remembered host for a moment, and then its own destination again. A host that
    // serves no more is forgotten here, since an update of what is there would renew its time alone.
    private static string[] Remembering(RuleFamily family, string suffix, string translation) =>
    [
        $"{family.Ip} daddr set {family.Ip} saddr map @sticky{suffix}",
        $"{family.Ip} daddr @serving{suffix} {Restoring(family)} {translation}",
        Restoring(family),
        $"delete @sticky{suffix} {{ {family.Ip} saddr : {family.None} }}",
    ];

    private static string Restoring(RuleFamily family) => $"{family.Ip} daddr set ct original {family.Ip} daddr";

    // A client that is seen for the first time goes through the chain of its host, which notes it down.
    private void AddSticky(Served served, IReadOnlyList<Host> slots)
    {
        (Redirect redirect, _, RuleFamily family, PortUse ports, int? port) = served;
        string suffix = Suffix(redirect, family, ports);
        _ruleset.Add(new RuleMap(
            StickyMapOf(redirect, family, ports), $"type {family.Type} : {family.Type}; flags dynamic,timeout; timeout 1h; size 65536;"));
        _ruleset.Add(new RuleMap("serving" + suffix, $"type {family.Type};")
        {
            Kind = "set",
            Elements = served.Hosts.Select(static host => NftText.Address(host.Address)).Distinct(StringComparer.Ordinal).ToDictionary(static address => address, static _ => "", StringComparer.Ordinal),
        });
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

    private static string Slot(TableUse use, ScheduleMode mode, RuleFamily family, int count) => mode switch
    {
        ScheduleMode.SourceHash => Invariant($"jhash {family.Ip} saddr mod {HashSlots.Count} seed 0x{Seed(use):x}"),
        ScheduleMode.Random => Invariant($"numgen random mod {count}"),
        _ => Invariant($"numgen inc mod {count}"),
    };

    private static uint Seed(TableUse use) => use.Key.Count < sizeof(uint) ? 0 : BitConverter.ToUInt32(use.Key.AsSpan());

    /// <summary>Slots as elements of a map.</summary>
    public static Dictionary<string, string> Numbered(IReadOnlyList<Host> slots, Func<Host, string> value)
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

    private static string MarkChain(Redirect redirect) => Invariant($"mark-{redirect.Place}");

    private string RedirectChain(Catch one, RuleFamily family) =>
        "redirect" + Suffix(one.Redirect, family, PortsOf(one.Address, configuration.TableOf(ServingUse(one.Redirect)!)));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Served(Redirect Redirect, TableUse Use, RuleFamily Family, PortUse Ports, int? Port)
    {
        /// <summary>Who serves, also those that no new flow is for.</summary>
        public required IReadOnlyList<Host> Hosts { get; init; }
    }
}

/// <summary>What becomes of the port of a packet.</summary>
internal enum PortUse
{
    /// <summary>It is that of the table.</summary>
    Translated,

    /// <summary>It stays.</summary>
    Kept,
}
