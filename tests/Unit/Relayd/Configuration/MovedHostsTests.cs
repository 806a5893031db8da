using System;
using System.IO;
using System.Linq;
using System.Net;

using Sluice.Daemon.Names;
using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

/// <summary>Tables that take hosts from names, SRV records and files (D-58).</summary>
public sealed class MovedHostsTests
{
    private const string Tables = "table <hosts> { 192.0.2.11, app.test resolve retry 2 weight 3 }\ntable <others> { _http._tcp.test srv\nfile \"/etc/hosts.tab\" failures 2 }\n";

    private const string Relays =
        "relay \"www\" {\nlisten on 192.0.2.1 port 80\nforward to <hosts> port 80 check tcp\nforward to <others> port 81 check tcp\n}\n" +
        "relay \"more\" {\nlisten on 192.0.2.1 port 81\nforward to <hosts> port 8080 check tcp\n}\n";

    private static readonly HostSource _name = new(HostSourceKind.Name, "app.test");
    private static readonly HostSource _service = new(HostSourceKind.Service, "_http._tcp.test");
    private static readonly HostSource _file = new(HostSourceKind.File, "/etc/hosts.tab");

    private static RelaydConfiguration Configuration { get; } = Loaded.Good(Tables + Relays);

    [Fact]
    public void A_table_may_have_sources_alone_and_begins_without_their_hosts()
    {
        Assert.Equal([_name, _service, _file], MovedHosts.Sources(Configuration));
        Assert.Equal(2, Configuration.Tables.SelectMany(static table => table.Hosts).Count());
        Assert.Empty(Configuration.Tables[1].Hosts);
    }

    [Fact]
    public void Hosts_of_a_source_come_behind_those_of_the_file_with_its_options()
    {
        RelaydConfiguration moved = With(Configuration, _name, Found("192.0.2.21"), Found("192.0.2.22"));

        Assert.Equal("192.0.2.11 192.0.2.21 192.0.2.22", Names(moved.Tables[0]));
        Assert.Equal("192.0.2.11 192.0.2.21 192.0.2.22", Names(moved.Tables[2]));
        Host host = moved.Tables[0].Hosts[1];
        Assert.Equal((2, 3, 80), (host.Retry, host.Weight, moved.Tables[0].PortOf(host)));
        Assert.Equal("app.test", host.HostName);
        Assert.Equal([1, 3, 4, 2, 5, 6], moved.Tables.SelectMany(static table => table.Hosts).Select(static each => each.Id));
    }

    [Fact]
    public void Services_have_ports_and_weights()
    {
        RelaydConfiguration moved = With(Configuration, _service, Found("192.0.2.21", 8001, 7, "one.test"), Found("2001:db8::1", 8002, 1, "two.test"));

        Table table = moved.Tables[1];
        Assert.Equal("192.0.2.21:8001 [2001:db8::1]:8002", Names(table));
        Assert.Equal([8001, 8002], table.Hosts.Select(table.PortOf));
        Assert.Equal([7, 1], table.Hosts.Select(static host => host.Weight));
        Assert.Equal("one.test two.test", string.Join(' ', table.Hosts.Select(static host => host.HostName)));
    }

    [Fact]
    public void Hosts_of_files_are_known_by_their_addresses()
    {
        Host host = With(Configuration, _file, Found("192.0.2.21", 8001, 0, name: null)).Tables[1].Hosts[0];

        Assert.Null(host.HostName);
        Assert.Equal(2, host.Failures);
    }

    [Fact]
    public void Who_stays_stays_the_same()
    {
        RelaydConfiguration first = With(Configuration, _name, Found("192.0.2.21"), Found("192.0.2.22"));
        RelaydConfiguration second = With(first, _name, Found("192.0.2.22"), Found("192.0.2.23"));

        Assert.Equal(first.Tables[0].Hosts[2], second.Tables[0].Hosts[1]);
        Assert.DoesNotContain(second.Tables[0].Hosts[2].Id, first.Tables.SelectMany(static table => table.Hosts).Select(static host => host.Id));
        Assert.Equal(6, second.Tables.SelectMany(static table => table.Hosts).Select(static host => host.Id).Distinct().Count());
        Assert.Equal("app.test has 2 hosts now, 1 of them new; 1 went", MovedHosts.Describe(first, second, _name));
    }

    [Fact]
    public void Where_nothing_is_new_it_is_the_same_configuration()
    {
        RelaydConfiguration first = With(Configuration, _name, Found("192.0.2.21"));

        Assert.Same(first, With(first, _name, Found("192.0.2.21")));
        Assert.Same(first, With(first, new HostSource(HostSourceKind.Name, "other.test"), Found("192.0.2.21")));
    }

    [Fact]
    public void Another_weight_alone_is_news()
    {
        RelaydConfiguration first = With(Configuration, _service, Found("192.0.2.21", 8001, 7));
        RelaydConfiguration second = With(first, _service, Found("192.0.2.21", 8001, 8));

        Assert.Equal(8, second.Tables[1].Hosts[0].Weight);
        Assert.Equal(first.Tables[1].Hosts[0].Id, second.Tables[1].Hosts[0].Id);
    }

    [Fact]
    public void A_host_of_a_source_is_not_removed_by_hand()
    {
        RelaydConfiguration moved = With(Configuration, _name, Found("192.0.2.21"));

        Assert.Null(new HostRemoval(moved.Tables[0].Hosts[1].Id).Change(moved, out string refusal));
        Assert.Equal("app.test says it: disable it instead", refusal);
    }

    [Fact]
    public void A_redirection_has_no_use_for_ports()
    {
        RelaydConfiguration redirecting = Loaded.Good("table <hosts> { file \"/etc/hosts.tab\" }\nredirect \"www\" {\nlisten on 192.0.2.1 port 80\nforward to <hosts> check tcp\n}\n");

        Assert.NotNull(MovedHosts.With(redirecting, _file, [Found("192.0.2.21")], out _));
        Assert.Null(MovedHosts.With(redirecting, _file, [Found("192.0.2.21", 80)], out string refusal));
        Assert.Equal("/etc/hosts.tab has ports, and redirect www sends to one port of all hosts: remove them", refusal);
    }

    [Fact]
    public void A_reload_that_hears_nothing_keeps_what_is_in_use()
    {
        RelaydConfiguration running = With(Configuration, _service, Found("192.0.2.21", 8001, 7, "one.test"));
        HostNames names = HostNames.Learnt();
        Assert.Same(Configuration, MovedHosts.First(Configuration, running, names, TextWriter.Null));
        Assert.Equal([_name, _service, _file], names.Wanted);
        names.Learn(new HostAnswer(_name, [Found("192.0.2.31")], HostFinder.Shortest, ""));
        names.Learn(new HostAnswer(_file, [Found("192.0.2.32")], HostFinder.Shortest, ""));
        names.GiveUp();
        using StringWriter messages = new();
        RelaydConfiguration moved = MovedHosts.First(Configuration, running, names, messages)!;

        Assert.Equal("no answer from the resolver for _http._tcp.test: its tables keep the hosts that they have", messages.ToString().TrimEnd());
        Assert.Equal("192.0.2.21:8001 192.0.2.32", Names(moved.Tables[1]));
        Assert.Equal("one.test", moved.Tables[1].Hosts[0].HostName);
        Assert.Equal("192.0.2.11 192.0.2.31", Names(moved.Tables[0]));
    }

    [Fact]
    public void At_the_start_names_may_be_silent_and_files_may_not()
    {
        HostNames names = HostNames.Learnt();
        _ = MovedHosts.First(Configuration, running: null, names, TextWriter.Null);
        names.Learn(new HostAnswer(_file, [Found("192.0.2.32")], HostFinder.Shortest, ""));
        names.GiveUp();
        using StringWriter messages = new();
        Assert.NotNull(MovedHosts.First(Configuration, running: null, names, messages));
        Assert.Contains("no answer from the resolver for app.test: its tables begin without hosts of it", messages.ToString(), StringComparison.Ordinal);

        names = HostNames.Learnt();
        _ = MovedHosts.First(Configuration, running: null, names, TextWriter.Null);
        names.Learn(new HostAnswer(_file, [], HostFinder.Shortest, "/etc/hosts.tab:1: wrong"));
        names.GiveUp();
        using StringWriter refused = new();
        Assert.Null(MovedHosts.First(Configuration, running: null, names, refused));
        Assert.Equal("/etc/hosts.tab:1: wrong", refused.ToString().TrimEnd());
    }

    [Theory]
    [InlineData("table <t> { 192.0.2.1 resolve }", "1: 192.0.2.1 is no name: What is to be looked up is a name, such as www.example.com resolve, or _http._tcp.example.com srv.")]
    [InlineData("table <t> { \"a b\" srv }", "1: a b is no name: What is to be looked up is a name, such as www.example.com resolve, or _http._tcp.example.com srv.")]
    [InlineData("table <t> { file \"hosts\" }", "1: hosts is no absolute path: The daemon's working directory is /: begin the path there.")]
    [InlineData("table <t> { a.test resolve parent 1 }", "1: parent belongs behind a host: Hosts that are looked up have checks of their own.")]
    [InlineData("table <t> { a.test resolve, a.test resolve }", "1: a.test stands in table t twice: Its hosts would be there twice: remove one.")]
    public void Mistakes_are_said(string table, string said) => Assert.Contains(said, Loaded.Said(Loaded.Global(table)), StringComparison.Ordinal);

    [Fact]
    public void Who_is_no_option_is_a_host()
    {
        Fakes.StubHost host = Loaded.Host();
        host.Names["resolve"] = [IPAddress.Parse("192.0.2.41")];
        host.Names["srv"] = [IPAddress.Parse("192.0.2.42")];
        RelaydConfiguration configuration = Loaded.Good(Loaded.Text(host, "table <hosts> { resolve, srv }\n" + Relays.Replace("<others>", "<hosts>", StringComparison.Ordinal)));

        Assert.Equal("resolve srv", Names(configuration.Tables[0]));
    }

    [Fact]
    public void A_redirection_takes_no_srv_records() => Assert.Contains(
        "table hosts:80 has SRV records: A redirection sends to one port of all hosts: use a relay, or write resolve and the port.",
        Loaded.Said("table <hosts> { _http._tcp.test srv }\nredirect \"www\" {\nlisten on 192.0.2.1 port 80\nforward to <hosts> check tcp\n}\n"),
        StringComparison.Ordinal);

    [Fact]
    public void A_router_takes_gateways_that_stay() => Assert.Contains(
        "gateways of router r are looked up: Routes need gateways that stay: write their addresses.",
        Loaded.Said("table <hosts> { a.test resolve }\nrouter \"r\" {\nroute 198.51.100.0/24\nforward to <hosts> check icmp\n}\n"),
        StringComparison.Ordinal);

    [Fact]
    public void What_is_printed_has_the_same_sources() => Assert.Equal(
        Configuration.Tables.Select(static table => table.Sources), Loaded.ThroughText(Configuration, Loaded.Host()).Tables.Select(static table => table.Sources));

    private static RelaydConfiguration With(RelaydConfiguration configuration, HostSource source, params FoundHost[] hosts) => MovedHosts.With(configuration, source, hosts, out _)!;

    private static FoundHost Found(string address, int port = 0, int weight = 0, string? name = "app.test") => new(IPAddress.Parse(address), port, weight, name);

    private static string Names(Table table) => string.Join(' ', table.Hosts.Select(static host => host.Name));
}
