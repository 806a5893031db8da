using System;
using System.Linq;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class GlobalTests
{
    [Fact]
    public void Where_nothing_is_said_the_defaults_are_those_of_the_manual()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Global(""));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200), 3), (configuration.Interval, configuration.Timeout, configuration.Prefork));
        Assert.Equal(("/var/run/relayd.sock", null, LogSettings.None), (configuration.Socket, configuration.AgentX, configuration.Log));
    }

    [Fact]
    public void What_is_said_is_taken()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Global(
            "interval 7\ntimeout 900\nprefork 5\nsocket \"/s\"\nagentx context c path \"/a\"\nlog state changes\nlog connection errors\nlog level verbose"));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromMilliseconds(900), 5), (configuration.Interval, configuration.Timeout, configuration.Prefork));
        Assert.Equal(("/s", new AgentX("/a", "c")), (configuration.Socket, configuration.AgentX));
        Assert.Equal(new LogSettings { StateChanges = true, Sessions = SessionLog.Errors, Level = LogLevel.Verbose }, configuration.Log);
    }

    [Theory]
    [InlineData("log connection errors\nlog connection")]
    [InlineData("log connection\nlog connection errors")]
    public void No_log_line_takes_back_what_another_one_wants(string lines)
        => Assert.Equal(SessionLog.All, Loaded.Good(Loaded.Global(lines)).Log.Sessions);

    [Fact]
    public void Agentx_alone_has_the_usual_socket() => Assert.Equal(new AgentX("/var/agentx/master", Context: null), Loaded.Good(Loaded.Global("agentx")).AgentX);

    [Fact]
    public void A_table_has_the_timeout_that_stands_above_it()
    {
        const string Text = "timeout 300\ntable <a> { 10.0.0.1 }\ntimeout 400\ntable <b> { 10.0.0.2 }\n"
            + "relay \"r\" {\nlisten on ::1 port 1\nforward to <a> port 1\nforward to <b> port 1\n}\n";
        Assert.Equal([300, 400], Loaded.Good(Text).Tables.Select(table => (int)table.Timeout.TotalMilliseconds));
    }

    [Theory]
    [InlineData("trusted-proxies 192.0.2.7", "192.0.2.7/32")]
    [InlineData("trusted-proxies { \"10/8\", \"2001:db8::/64\"\n192.0.2.7 }", "10.0.0.0/8 2001:db8::/64 192.0.2.7/32")]
    [InlineData("trusted-proxies ::1\ntrusted-proxies ::2", "::1/128 ::2/128")]
    public void Proxies_are_trusted_by_their_networks(string lines, string networks)
        => Assert.Equal(networks, string.Join(' ', Loaded.Good(Loaded.Global(lines)).TrustedProxies.Select(prefix => $"{prefix.Address}/{prefix.Length}")));

    [Theory]
    [InlineData("trusted-proxies \"10.0.0.0/33\"", "invalid network: 10.0.0.0/33")]
    [InlineData("trusted-proxies localhost", "invalid network: localhost")]
    [InlineData("trusted-proxies", "Here belongs a network")]
    [InlineData("trusted-proxies protocol x", "invalid protocol type: trusted-proxies")]
    public void A_proxy_that_is_no_network_is_a_mistake(string line, string message)
        => Assert.Contains(message, Loaded.Said(Loaded.Global(line)), StringComparison.Ordinal);

    [Fact]
    public void A_macro_may_be_named_trusted_proxies() => Assert.Equal("", Loaded.Said(Loaded.Global("trusted-proxies = \"9\"")));

    [Theory]
    [InlineData("prefork 2")]
    [InlineData("socket \"/s\"")]
    [InlineData("agentx")]
    public void An_option_below_the_tables_is_taken_with_a_warning(string line)
    {
        LoadResult<RelaydConfiguration> result = Loaded.Text(Loaded.Global("") + line + "\n");
        Assert.Equal((0, 1), (result.Diagnostics.Errors, result.Diagnostics.Found.Count));
        Assert.Contains("is taken although it stands behind a table", Loaded.Said(result), StringComparison.Ordinal);
    }

    [Fact]
    public void A_macro_of_the_command_line_wins()
    {
        Macros macros = Macros.ForGood([("where", "192.0.2.7")]);
        StubHost host = Loaded.Host().With("f", "where = \"192.0.2.6\"\nrelay \"r\" {\nlisten on $where port 1\nforward to nat lookup\n}\n");
        LoadResult<RelaydConfiguration> result = RelaydConfigurationLoader.Load("f", macros, host, new StubTlsFiles(host), LoadVerbosity.Normal);
        Assert.Equal("192.0.2.7:1", Loaded.Good(result).Relays[0].Listen.ToString());
    }

    [Fact]
    public void An_unused_macro_is_said_to_those_who_ask()
        => Assert.Equal("1: macro 'm' not used: ", Loaded.Said(Loaded.Text(Loaded.Global("m = \"x\""), LoadVerbosity.Verbose)));

    [Fact]
    public void All_mistakes_are_reported_with_their_lines()
        => Assert.Equal(["1", "2", "7"], Loaded.Said("interval soon\nprefork 99\n" + Loaded.Relay("session 5\nforward to <hosts> port 80")).Split('\n').Select(line => line.Split(':')[0]), StringComparer.Ordinal);

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
        => Assert.Equal("0: nowhere: cannot be read: Name another file with -f.", Loaded.Said(RelaydConfigurationLoader.Load("nowhere", new Macros(), Loaded.Host(), new StubTlsFiles(Loaded.Host()), LoadVerbosity.Normal)));
}
