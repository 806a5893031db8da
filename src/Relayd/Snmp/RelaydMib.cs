using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Control;
using Sluice.Engine.Loop;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;

namespace Sluice.Relayd.Snmp;

/// <summary>The objects of OPENBSD-RELAYD-MIB (R-SNMP-02 to -10): what relayctl(8) <c>show</c> shows, in seven tables. Each is made anew when it is asked for, once a second at most.</summary>
internal sealed class RelaydMib
{
    private static readonly TimeSpan _age = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly Func<Inventory> _inventory;

    /// <summary>Makes them for a process.</summary>
    /// <param name="loop">Its time.</param>
    /// <param name="inventory">What there is now.</param>
    public RelaydMib(EventLoop loop, Func<Inventory> inventory)
    {
        (_loop, _inventory) = (loop, inventory);
        Objects = new Mib(
            Module.Add(2),
            [
                new MibTable(10, Kept(static inventory => inventory.Redirects().Select(Row))),
                new MibTable(10, Kept(static inventory => inventory.Relays().Select(Row))),
                new MibTable(6, Kept(static inventory => inventory.Configuration.Routers.AsEnumerable().Select(Row))),
                new MibTable(5, Kept(static inventory => Routes(inventory.Configuration))),
                new MibTable(10, Kept(Hosts)),
                new MibTable(12, AskedSessions),
                new MibTable(3, Kept(static inventory => inventory.Tables().Select(Row))),
            ]);
    }

    /// <summary>openBSD.3.</summary>
    public static ObjectId Module { get; } = new(1, 3, 6, 1, 4, 1, 30155, 3);

    /// <summary>All of them.</summary>
    public Mib Objects { get; }

    /// <summary>The rows of sessions, which other processes are asked for (R-SNMP-12).</summary>
    public IReadOnlyList<MibRow> Sessions { get; set; } = [];

    /// <summary>Whether an answer needed these since it was set to false.</summary>
    public bool SessionsWereAsked { get; set; }

    /// <summary>Rows for sessions that relays have told of.</summary>
    /// <param name="sessions">Each with a number that no other session of its relay has.</param>
    public static IReadOnlyList<MibRow> RowsOf(IEnumerable<(uint Number, SessionRow Row)> sessions) =>
    [
        .. sessions
            .Select(static session => Row(session.Number, session.Row))
            .OrderBy(static row => row.Index, ObjectId.Order)
            .DistinctBy(static row => row.Index),
    ];

    private IReadOnlyList<MibRow> AskedSessions()
    {
        SessionsWereAsked = true;
        return Sessions;
    }

    private Func<IReadOnlyList<MibRow>> Kept(Func<Inventory, IEnumerable<MibRow>> make)
    {
        IReadOnlyList<MibRow>? kept = null;
        TimeSpan made = TimeSpan.Zero;
        return () =>
        {
            if (kept is null || _loop.Now - made >= _age)
            {
                (kept, made) = ([.. make(_inventory())], _loop.Now);
            }

            return kept;
        };
    }

    private static MibRow Row(int id, params IReadOnlyList<ObjectValue> more) => new(new ObjectId((uint)id), [ObjectValue.Integer(id), .. more]);

    private static MibRow Row(RedirectRow row) => Row(row.Id, [ObjectValue.Integer(NumberOf(row.Status)), ObjectValue.Text(row.Name), .. Counts(row.Sessions)]);

    private static MibRow Row(RelayRow row) =>
        Row(row.Id, [ObjectValue.Integer(row.Status == SectionStatus.Disabled ? 1 : 0), ObjectValue.Text(row.Name), .. Counts(row.Sessions)]);

    private static MibRow Row(Router router) => Row(
        router.Id,
        ObjectValue.Integer(router.Gateways?.TableId ?? 0),
        ObjectValue.Integer(router.IsDisabled ? 1 : 0),
        ObjectValue.Text(router.Name),
        ObjectValue.Text(router.Label ?? ""),
        ObjectValue.Integer(router.RoutingTable));

    private static MibRow Row(TableRow row) => Row(
        row.Id,
        ObjectValue.Text(row.Name),
        ObjectValue.Integer(row.Status switch { TableStatus.Active => 0, TableStatus.Empty => 1, _ => 2 }));

    private static MibRow Row(uint number, SessionRow row)
    {
        IPEndPoint? target = row.Target;
        return new MibRow(
            new ObjectId((uint)row.RelayId, number),
            [
                ObjectValue.Integer(number),
                ObjectValue.Integer(row.RelayId),
                ObjectValue.Address(row.Client.Address),
                TypeOf(row.Client.Address),
                ObjectValue.Address(target?.Address),
                TypeOf(target?.Address),
                ObjectValue.Integer(row.Client.Port),
                ObjectValue.Integer(target?.Port ?? 0),
                ObjectValue.Time(row.Age),
                ObjectValue.Time(row.Idle),
                ObjectValue.Integer(row.State == SessionState.Done ? 1 : 0),
                ObjectValue.Integer(row.ProcessId),
            ]);
    }

    private static IEnumerable<MibRow> Routes(RelaydConfiguration configuration) => configuration.Routers
        .AsEnumerable()
        .SelectMany(static router => router.Routes.AsEnumerable().Select(route => (router.Id, route.Destination)))
        .Select(static (route, place) => Row(
            place + 1,
            ObjectValue.Address(route.Destination.Address),
            TypeOf(route.Destination.Address),
            ObjectValue.Integer(route.Destination.Length),
            ObjectValue.Integer(route.Id)));

    private static IEnumerable<MibRow> Hosts(Inventory inventory) => inventory.Configuration.Tables
        .AsEnumerable()
        .SelectMany(table => table.Hosts.AsEnumerable().Select(host => (table.Id, host.Place, Row: inventory.Row(host))))
        .OrderBy(static host => host.Row.Id)
        .Select(host => Row(
            host.Row.Id,
            ObjectValue.Integer(host.Row.ParentId),
            ObjectValue.Integer(host.Id),
            ObjectValue.Text(host.Row.Name),
            ObjectValue.Address(host.Row.Address),
            TypeOf(host.Row.Address),
            ObjectValue.Integer(NumberOf(host.Row.Status)),
            ObjectValue.Counter(host.Row.Checks),
            ObjectValue.Counter(host.Row.Ups),
            ObjectValue.Integer(inventory.ResultOf(host.Place))));

    private static ObjectValue[] Counts(SessionCounts counts) =>
    [
        ObjectValue.Counter(counts.Total),
        ObjectValue.Gauge(counts.Average.Minute),
        ObjectValue.Gauge(counts.Last.Minute),
        ObjectValue.Gauge(counts.Average.Hour),
        ObjectValue.Gauge(counts.Last.Hour),
        ObjectValue.Gauge(counts.Average.Day),
        ObjectValue.Gauge(counts.Last.Day),
    ];

    // InetAddressType (RFC 4001); unknown where there is none.
    private static ObjectValue TypeOf(IPAddress? address) => ObjectValue.Integer(address?.GetAddressBytes().Length switch { 4 => 1, 16 => 2, _ => 0 });

    private static int NumberOf(RedirectStatus status) => status switch
    {
        RedirectStatus.Active => 0,
        RedirectStatus.Disabled => 1,
        RedirectStatus.Down => 2,
        _ => 3,
    };

    /// <summary>How a host is, in a number of these objects.</summary>
    public static int NumberOf(HostStatus status) => status switch
    {
        HostStatus.Up => 0,
        HostStatus.Disabled => 1,
        HostStatus.Down => 2,
        _ => 3,
    };
}
