using System.Collections.Generic;
using System.Linq;

using Sluice.Control;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Control;

/// <summary>What relayctl(8) <c>show</c> shows, as rows that are made while they are sent (R-CTL-01 to -05).</summary>
/// <param name="configuration">What there is.</param>
/// <param name="board">How the hosts are.</param>
/// <param name="statistics">How many sessions relays had.</param>
/// <param name="flows">How many flows redirections had.</param>
internal sealed class Inventory(RelaydConfiguration configuration, HealthBoard board, SessionStatistics statistics, SessionStatistics flows)
{
    /// <summary>The rows of a subject other than the sessions.</summary>
    public IEnumerable<Reply> Rows(ShowSubject subject) => subject switch
    {
        ShowSubject.Summary => Summary(),
        // As OpenBSD's: a table comes again with each section that uses it.
        ShowSubject.Hosts => Summary().Where(static row => row is TableRow or HostRow),
        ShowSubject.Redirects => configuration.Redirects.Select(Row),
        ShowSubject.Relays => configuration.Relays.Select(Row),
        ShowSubject.Rules => RelayRules.Print(configuration).Chunk(TextRow.LongestText).Select(static part => new TextRow(new string(part))),
        ShowSubject.Routers => Summary().Where(static row => row is RouterRow or RouteRow),
        _ => [],
    };

    /// <summary>What there is.</summary>
    public RelaydConfiguration Configuration => configuration;

    /// <summary>All redirections.</summary>
    public IEnumerable<RedirectRow> Redirects() => configuration.Redirects.AsEnumerable().Select(Row);

    /// <summary>All relays.</summary>
    public IEnumerable<RelayRow> Relays() => configuration.Relays.AsEnumerable().Select(Row);

    /// <summary>All tables, each once, whoever uses them.</summary>
    public IEnumerable<TableRow> Tables() => configuration.Tables.AsEnumerable().Select(Row);

    /// <summary>What the last check of a host came to, as its number (R-CHECK-40).</summary>
    /// <param name="place">Where its health stands.</param>
    public int ResultOf(int place) => board.Read(place).Result;

    private IEnumerable<Reply> Summary()
    {
        foreach (Redirect redirect in configuration.Redirects.AsEnumerable())
        {
            yield return Row(redirect);
            foreach (Reply row in Rows(redirect.Table, redirect.Backup))
            {
                yield return row;
            }
        }

        foreach (Relay relay in configuration.Relays.AsEnumerable())
        {
            yield return Row(relay);
            foreach (Reply row in Rows([.. relay.Forward.Tables]))
            {
                yield return row;
            }
        }

        foreach (Router router in configuration.Routers.AsEnumerable())
        {
            yield return new RouterRow(router.Id, router.Name, router.IsDisabled ? SectionStatus.Disabled : SectionStatus.Active, router.RoutingTable, router.Label);
            foreach (NetworkRoute route in router.Routes.AsEnumerable())
            {
                yield return new RouteRow(route.Destination.Address, route.Destination.Length);
            }

            foreach (Reply row in Rows(router.Gateways))
            {
                yield return row;
            }
        }
    }

    private RedirectRow Row(Redirect redirect) => new(redirect.Id, redirect.Name, Status(redirect), flows.Read(redirect.Place));

    private RelayRow Row(Relay relay) =>
        new(relay.Id, relay.Name, relay.IsDisabled ? SectionStatus.Disabled : SectionStatus.Active, statistics.Read(relay.Place))
        {
            CertificateEnd = relay.Tls ? relay.Certificates.Min(static certificate => certificate.End) : null,
            DroppedDatagrams = statistics.Dropped(relay.Place),
        };

    private IEnumerable<Reply> Rows(params TableUse?[] uses)
    {
        foreach (TableUse? use in uses)
        {
            if (use is null)
            {
                continue;
            }

            Table table = configuration.TableOf(use);
            TableRow row = Row(table);
            yield return row;
            if (row.Status == TableStatus.Disabled)
            {
                continue;
            }

            foreach (Host host in table.Hosts.AsEnumerable())
            {
                yield return Row(host);
            }
        }
    }

    private TableRow Row(Table table)
    {
        int up = table.Hosts.Count(host => board.MayServe(host.Place));
        TableStatus status = IsDisabled(table) ? TableStatus.Disabled : up == 0 ? TableStatus.Empty : TableStatus.Active;
        return new TableRow(table.Id, table.Name, status, status == TableStatus.Active ? up : 0);
    }

    /// <summary>A host.</summary>
    public HostRow Row(Host host)
    {
        HostHealth health = board.Read(host.Place);
        bool isDisabled = (health.Withdrawal & Withdrawal.Disabled) != Withdrawal.None;
        return new HostRow(host.Id, host.Name, isDisabled ? HostStatus.Disabled : Status(health.State))
        {
            ParentId = host.ParentId,
            Address = host.Address,
            Weight = host.Weight,
            Retry = host.Retry,
            Draining = (health.Withdrawal & Withdrawal.Draining) == Withdrawal.None ? Draining.No : Draining.Yes,
            Checks = health.Checks,
            Ups = health.Ups,
            LastCheck = health.LastCheck,
            Latency = health.Latency,
            Result = health.LastCheck is null ? "" : CheckResultText.Of((CheckResult)health.Result),
            HttpStatus = health.HttpStatus,
            FailedSessions = health.FailedSessions,
        };
    }

    private RedirectStatus Status(Redirect redirect) =>
        board.WithdrawalOf(redirect.Place) != Withdrawal.None ? RedirectStatus.Disabled
        : Row(configuration.TableOf(redirect.Table)).Up > 0 ? RedirectStatus.Active
        : redirect.Backup is { } backup && Row(configuration.TableOf(backup)).Up > 0 ? RedirectStatus.Backup
        : RedirectStatus.Down;

    private bool IsDisabled(Table table) => board.WithdrawalOf(table.Place) != Withdrawal.None;

    /// <summary>The same in the words of the control socket.</summary>
    public static HostStatus Status(HostState state) => state switch
    {
        HostState.Up => HostStatus.Up,
        HostState.Down => HostStatus.Down,
        _ => HostStatus.Unknown,
    };
}
