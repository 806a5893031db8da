using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;

using Sluice.Control;
using Sluice.Engine.Loop;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Relayd.Health;
using Sluice.Relayd.Snmp;
using Sluice.Unit.Relayd.Configuration;
using Sluice.Unit.Relayd.Control;

using Xunit;

namespace Sluice.Unit.Relayd.Snmp;

public sealed class RelaydMibTests : IDisposable
{
    private readonly Recorded _daemon = new();
    private readonly EventLoop _loop = new(new SystemClock());

    public void Dispose()
    {
        _loop.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public void Hosts_have_what_relayctl_shows_of_them()
    {
        _daemon.Board.Write(8, new HostHealth { Withdrawal = Withdrawal.Disabled });
        Mib mib = new RelaydMib(_loop, () => _daemon.Inventory).Objects;
        HostRow[] rows = [.. _daemon.Inventory.Rows(ShowSubject.Hosts).OfType<HostRow>().DistinctBy(static row => row.Id)];

        Assert.Equal(Join(rows.Select(static row => row.Name)), Join(rows.Select(row => Text(mib.Get(Column(5, 4, row.Id))))));
        Assert.Equal(rows.Select(static row => (ulong)row.Checks), rows.Select(row => mib.Get(Column(5, 8, row.Id)).Number));
        Assert.Equal(rows.Select(static row => (ulong)RelaydMib.NumberOf(row.Status)), rows.Select(row => mib.Get(Column(5, 7, row.Id)).Number));
    }

    [Fact]
    public void Tables_redirections_and_relays_have_their_names()
    {
        Mib mib = new RelaydMib(_loop, () => _daemon.Inventory).Objects;

        Assert.Equal(Join(_daemon.Inventory.Tables().Select(static row => row.Name)), Join(_daemon.Inventory.Tables().Select(row => Text(mib.Get(Column(7, 2, row.Id))))));
        Assert.Equal(Join(_daemon.Inventory.Redirects().Select(static row => row.Name)), Join(_daemon.Inventory.Redirects().Select(row => Text(mib.Get(Column(1, 3, row.Id))))));
        Assert.Equal(Join(_daemon.Inventory.Relays().Select(static row => row.Name)), Join(_daemon.Inventory.Relays().Select(row => Text(mib.Get(Column(2, 3, row.Id))))));
    }

    [Fact]
    public void Routers_and_their_routes_have_their_numbers()
    {
        RelaydConfiguration configuration = Loaded.Good(
            "table <g> { 192.0.2.1 }\nrouter \"one\" {\nroute 198.51.100.0/24\nforward to <g> check icmp\nrtable 3\n}\n" +
            "router \"two\" {\nroute 2001:db8::/32\nforward to <g> check icmp\n}\n");
        Mib mib = new RelaydMib(_loop, () => new Inventory(configuration, _daemon.Board, new SessionStatistics(static () => []), new SessionStatistics(static () => []))).Objects;

        Assert.Equal(("one", 3UL, 0UL), (Text(mib.Get(Column(3, 4, 1))), mib.Get(Column(3, 6, 1)).Number, mib.Get(Column(3, 3, 1)).Number));
        Assert.Equal((24UL, 1UL, 1UL), (mib.Get(Column(4, 4, 1)).Number, mib.Get(Column(4, 3, 1)).Number, mib.Get(Column(4, 5, 1)).Number));
        Assert.Equal((32UL, 2UL, 2UL), (mib.Get(Column(4, 4, 2)).Number, mib.Get(Column(4, 3, 2)).Number, mib.Get(Column(4, 5, 2)).Number));
    }

    [Fact]
    public void Sessions_are_those_that_were_told_of_each_number_once()
    {
        RelaydMib mib = new(_loop, () => _daemon.Inventory);
        SessionRow row = new(3, 2, 77)
        {
            Client = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5000),
            Target = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 80),
            State = SessionState.Done,
            Age = TimeSpan.FromSeconds(3),
        };
        mib.Sessions = RelaydMib.RowsOf([(9, row), (4, row), (9, row)]);

        Assert.Equal(2, mib.Sessions.Count);
        Assert.Equal(Column(6, 1, 2, 4), mib.Objects.Next(new SearchRange(RelaydMib.Module.Add(2, 6), IncludesStart: false, default)).Name);
        Assert.Equal(16, mib.Objects.Get(Column(6, 5, 2, 4)).Bytes.Length);
        Assert.Equal([2UL, 5000, 80, 300, 1, 77], ((int[])[6, 7, 8, 9, 11, 12]).Select(column => mib.Objects.Get(Column(6, column, 2, 9)).Number));
    }

    private static ObjectId Column(int table, int column, params int[] index) =>
        RelaydMib.Module.Add([2, (uint)table, 1, (uint)column, .. index.Select(static part => (uint)part)]);

    private static string Join(IEnumerable<string> names) => string.Join('|', names);

    private static string Text(ObjectValue value) => Encoding.Latin1.GetString(value.Bytes.Span);
}
