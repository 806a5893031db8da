using System;
using System.Linq;

using Sluice.Control;
using Sluice.Relayd.Health;

using Xunit;

namespace Sluice.Unit.Relayd.Control;

public sealed class InventoryTests : IDisposable
{
    private readonly Recorded _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void The_summary_is_the_recorded_one() => Assert.Equal(Recorded.Text("summary.txt"), _daemon.Show(ShowSubject.Summary));

    [Fact]
    public void The_hosts_are_the_recorded_ones() => Assert.Equal(Recorded.Text("hosts.txt"), _daemon.Show(ShowSubject.Hosts));

    [Fact]
    public void The_redirections_are_the_recorded_ones() => Assert.Equal(Recorded.Text("redirects.txt"), _daemon.Show(ShowSubject.Redirects));

    [Fact]
    public void The_relays_are_the_recorded_ones_after_a_minute()
    {
        _daemon.CountSessions();

        Assert.Equal(Recorded.Text("relays.txt"), _daemon.Show(ShowSubject.Relays));
    }

    [Fact]
    public void A_host_that_is_disabled_is_shown_as_recorded()
    {
        _daemon.Board.Write(8, new HostHealth { Withdrawal = Withdrawal.Disabled });

        Assert.Equal(Recorded.Text("summary-after-host-disable.txt"), _daemon.Show(ShowSubject.Summary));
    }

    [Fact]
    public void A_table_that_is_disabled_is_shown_as_recorded()
    {
        _daemon.Board.Write(1008, new HostHealth { Withdrawal = Withdrawal.TableDisabled });

        Assert.Equal(Recorded.Text("summary-table-disabled.txt"), _daemon.Show(ShowSubject.Summary));
    }

    [Fact]
    public void A_host_that_is_drained_is_up_but_counts_no_more()
    {
        HostHealth health = _daemon.Board.Read(7);
        _daemon.Board.Write(7, health with { Withdrawal = Withdrawal.Draining });

        HostRow host = _daemon.Inventory.Rows(ShowSubject.Hosts).OfType<HostRow>().First(static row => row.Id == 7);
        TableRow table = _daemon.Inventory.Rows(ShowSubject.Hosts).OfType<TableRow>().First(static row => row.Id == 7);

        Assert.Equal((HostStatus.Up, Draining.Yes, TableStatus.Empty), (host.Status, host.Draining, table.Status));
    }

    [Fact]
    public void A_redirection_without_hosts_is_down()
    {
        _daemon.Board.Write(1021, new HostHealth { Withdrawal = Withdrawal.TableDisabled });
        _daemon.Board.Write(1022, new HostHealth { Withdrawal = Withdrawal.TableDisabled });

        RedirectRow redirect = _daemon.Inventory.Rows(ShowSubject.Redirects).OfType<RedirectRow>().Single();

        Assert.Equal(RedirectStatus.Down, redirect.Status);
    }

    [Fact]
    public void A_redirection_whose_table_is_out_uses_its_backup()
    {
        _daemon.Board.Write(1021, new HostHealth { Withdrawal = Withdrawal.TableDisabled });

        RedirectRow redirect = _daemon.Inventory.Rows(ShowSubject.Redirects).OfType<RedirectRow>().Single();

        Assert.Equal(RedirectStatus.Backup, redirect.Status);
    }
}
