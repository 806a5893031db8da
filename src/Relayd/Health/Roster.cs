using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Health;

/// <summary>The tables and hosts of the newest configuration. Who stands in two configurations one behind the other, in the same place, keeps what is known of it;
/// a process that begins takes that from the board, where its predecessor left it.</summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="board">What is known of all hosts and tables.</param>
/// <param name="check">Checks a host.</param>
/// <param name="connect">Makes what speaks TLS with the hosts of a table.</param>
internal sealed class Roster(EventLoop loop, HealthBoard board, Func<CheckedHost, ValueTask> check, Func<Table, TlsConnector?> connect)
{
    // New hosts are checked first, and only then the others hear of the configuration.
    private static readonly TimeSpan _othersChange = TimeSpan.FromSeconds(30);

    private Dictionary<int, CheckedTable> _tables = [];
    private Dictionary<int, CheckedHost> _hosts = [];
    private Dictionary<int, CheckedHost> _byId = [];

    // Places without a host that are not cleared yet, and from when on nobody sends to them any more.
    private readonly Dictionary<int, TimeSpan> _left = [];
    private bool _hasBegun;

    /// <summary>All hosts, in the order of their ids.</summary>
    public IReadOnlyList<CheckedHost> Hosts { get; private set; } = [];

    /// <summary>A host by its id.</summary>
    public CheckedHost? FindHost(int id) => _byId.GetValueOrDefault(id);

    /// <summary>A host by its place.</summary>
    public CheckedHost? FindPlace(int place) => _hosts.GetValueOrDefault(place);

    /// <summary>A table by its id.</summary>
    public CheckedTable? FindTable(int id) => _tables.Values.FirstOrDefault(table => table.Table.Id == id);

    /// <summary>Takes a table out of service, or back; what that means to its hosts is the caller's.</summary>
    public void SetDisabled(CheckedTable table, TableAction action)
    {
        table.IsDisabled = action == TableAction.Disable;
        WriteTable(table);
    }

    /// <summary>Works by a configuration.</summary>
    /// <returns>Hosts that have to be checked before anybody works by it: new ones, and those that are checked in another way.</returns>
    public List<CheckedHost> Take(RelaydConfiguration configuration)
    {
        Dictionary<int, CheckedTable> tables = [];
        Dictionary<int, CheckedHost> hosts = [];
        List<CheckedHost> unknown = [];
        foreach (Table table in configuration.Tables)
        {
            CheckedTable checkedTable = Take(table, configuration);
            tables[table.Place] = checkedTable;
            bool isSame = IsSame(_tables.GetValueOrDefault(table.Place)?.Table, table);
            foreach (Host host in table.Hosts)
            {
                CheckedHost checkedHost = Take(host, checkedTable, out bool isNew);
                hosts[host.Place] = checkedHost;
                if ((isNew || !isSame) && checkedHost.IsChecked)
                {
                    unknown.Add(checkedHost);
                }
            }
        }

        Forget(hosts);
        (_tables, _hosts, _hasBegun) = (tables, hosts, true);
        Hosts = [.. hosts.Values.OrderBy(host => host.Host.Id)];
        _byId = Hosts.ToDictionary(static host => host.Host.Id);
        foreach (CheckedHost host in Hosts)
        {
            FindHost(host.Host.ParentId)?.Children.Add(host);
        }

        return unknown;
    }

    // What the operator made of a table holds on where the configuration says the same of it as before.
    private CheckedTable Take(Table table, RelaydConfiguration configuration)
    {
        // An echo has the time of all checks, whatever its table says (R-TABLE-09).
        _ = _tables.TryGetValue(table.Place, out CheckedTable? before);
        TlsConnector? connector = before is not null && IsSame(before.Table, table) ? before.Connector : connect(table);
        CheckedTable taken = new(table, loop.Timeouts(table.Check is IcmpCheck ? configuration.Timeout : table.Timeout), connector);
        HostHealth left = board.Read(table.Place);
        taken.IsDisabled = before is not null
            ? before.Table.IsDisabled == table.IsDisabled ? before.IsDisabled : table.IsDisabled
            : !_hasBegun && left.LastChange is not null ? left.Withdrawal.HasFlag(Withdrawal.Disabled) : table.IsDisabled;
        WriteTable(taken);
        return taken;
    }

    private CheckedHost Take(Host host, CheckedTable table, out bool isNew)
    {
        isNew = !_hosts.TryGetValue(host.Place, out CheckedHost? taken) || !IsSame(taken.Host, host);
        taken = isNew || taken is null ? new CheckedHost(check) { Health = _hasBegun ? default : board.Read(host.Place) } : taken;
        int retry = isNew || taken.Host.Retry != host.Retry ? host.Retry : taken.Health.RetriesLeft;
        taken.Take(host, table);
        Withdrawal own = taken.Health.Withdrawal & ~Withdrawal.TableDisabled;
        taken.Health = taken.Health with { RetriesLeft = retry, Withdrawal = table.IsDisabled ? own | Withdrawal.TableDisabled : own };
        board.Write(host.Place, taken.Health);
        table.Hosts.Add(taken);
        return taken;
    }

    private void Forget(Dictionary<int, CheckedHost> kept)
    {
        List<int> gone = [];
        foreach ((int place, CheckedHost host) in _hosts)
        {
            CheckedHost? now = kept.GetValueOrDefault(place);
            host.IsGone = now != host;
            if (now is null)
            {
                gone.Add(place);
                _left[place] = loop.Now + _othersChange;
            }
        }

        if (gone.Count > 0)
        {
            loop.Spawn(() => Erase(gone));
        }
    }

    // Others work by the configuration before for a while, and send to its hosts as they were found last. A place that had a host again
    // meanwhile, and lost it again, is left to whoever was spawned then.
    private async ValueTask Erase(List<int> places)
    {
        await loop.Sleep(_othersChange);
        foreach (int place in places.Where(place => _left.TryGetValue(place, out TimeSpan due) && loop.Now >= due))
        {
            _ = _left.Remove(place);
            if (!_hosts.ContainsKey(place))
            {
                board.Write(place, default);
            }
        }
    }

    // Whether its hosts are checked in the same way.
    private static bool IsSame(Table? before, Table table) =>
        before is not null && Equals(before.Check, table.Check) && before.Port == table.Port && Equals(before.Authorities, table.Authorities);

    private static bool IsSame(Host one, Host other) =>
        one.Address.Equals(other.Address) && string.Equals(one.Name, other.Name, StringComparison.Ordinal);

    // The time says that it was written at all.
    private void WriteTable(CheckedTable table) => board.Write(
        table.Table.Place,
        new HostHealth { Withdrawal = table.IsDisabled ? Withdrawal.Disabled : Withdrawal.None, LastChange = loop.Utc });
}
