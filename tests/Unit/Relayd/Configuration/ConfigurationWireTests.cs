using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class ConfigurationWireTests
{
    private static readonly RelaydConfiguration _whole = WithPlaces(Everything.Load());

    [Fact]
    public void What_was_written_is_read() => Assert.Equal(_whole, ConfigurationWire.Read(ConfigurationWire.Write(_whole)));

    [Fact]
    public void A_part_is_none()
    {
        byte[] bytes = ConfigurationWire.Write(_whole);
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(ConfigurationWire.Read(bytes.AsMemory(0, length))));
    }

    [Fact]
    public void Neither_is_what_has_something_behind_it() => Assert.Null(ConfigurationWire.Read((byte[])[.. ConfigurationWire.Write(_whole), 0]));

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x80)]
    [InlineData(0xff)]
    public void A_wrong_byte_is_never_an_exception(int wrong)
    {
        byte[] bytes = ConfigurationWire.Write(_whole);
        Assert.All(Enumerable.Range(0, bytes.Length), place => _ = ConfigurationWire.Read(With(bytes, place, wrong)));
    }

    [Fact]
    public void A_table_that_is_not_there_cannot_be_named() => Assert.Null(Again(_whole with { Tables = [.. _whole.Tables.SkipLast(1)] }));

    [Fact]
    public void A_protocol_that_is_not_there_cannot_be_named() => Assert.Null(Again(_whole with { Protocols = [.. _whole.Protocols.SkipLast(1)] }));

    [Fact]
    public void A_host_has_some_weight()
    {
        Sequence<Host> hosts = [_whole.Tables[0].Hosts[0] with { Weight = 0 }];
        Assert.Null(Again(_whole with { Tables = [_whole.Tables[0] with { Hosts = hosts }, .. _whole.Tables.Skip(1)] }));
    }

    [Fact]
    public void Relays_know_no_file_and_no_secret_but_whom_they_send_to()
    {
        RelaydConfiguration slice = Slice(ConfigurationWire.ForRelays);
        Assert.Empty(Known(slice, "/etc/ssl", "/tickets", "/ca", "/client-ca", "/staple", "secret-password", "secret-path", "secret-data", "/secret-script", "/socket", "/agent"));
        Assert.Equal(_whole.Relays.Select(relay => relay.Forward), slice.Relays.Select(relay => relay.Forward));
        Assert.Equal(_whole.Relays.Select(relay => relay.Tls), slice.Relays.Select(relay => relay.Tls));
        Assert.Equal(_whole.Tables.Select(table => (table.Hosts, table.Check is null)), slice.Tables.Select(table => (table.Hosts, table.Check is null)));
        Assert.Equal(_whole.Protocols.Select(protocol => protocol.Rules), slice.Protocols.Select(protocol => protocol.Rules));
    }

    [Fact]
    public void Health_knows_tables()
    {
        RelaydConfiguration slice = Slice(static configuration => ConfigurationWire.ForHealth(configuration with { Routers = [] }));
        Assert.Equal((_whole.Tables, _whole.Log, _whole.Interval, _whole.Timeout), (slice.Tables, slice.Log, slice.Interval, slice.Timeout));
        Assert.Empty(Known(slice, "relay", "http\0", "/etc/ssl", "label", "tag", "/socket", "/agent"));
    }

    [Fact]
    public void Checks_of_gateways_take_no_way_over_another_gateway()
    {
        const string Rest = "table <own> { 192.0.2.14 ip ttl 9 }\nrouter \"own\" {\nroute 10.2.0.0/16\nforward to <own> check icmp\n}\n";
        RelaydConfiguration configuration = Loaded.Good(Rest + Loaded.Router("route 10.1.0.0/16\nforward to <hosts> check tcp port 80") + "relay \"r\" {\nlisten on 192.0.2.1 port 80\nforward to <others> port 80 check tcp\n}\n");

        Assert.Equal(
            [("192.0.2.14", 9), ("192.0.2.11", 1), ("192.0.2.12", 1), ("192.0.2.13", null)],
            ConfigurationWire.ForHealth(configuration).Tables.SelectMany(static table => table.Hosts).Select(static host => (host.Name, host.Ttl)));
    }

    [Fact]
    public void A_table_that_a_relay_has_too_is_checked_as_ever()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Router("route 10.1.0.0/16\nforward to <hosts> port 80 check tcp timeout 150") + "relay \"r\" {\nlisten on 192.0.2.1 port 80\nforward to <hosts> port 80 check tcp timeout 150\n}\n");

        Assert.Single(configuration.Tables);
        Assert.All(ConfigurationWire.ForHealth(configuration).Tables.SelectMany(static table => table.Hosts), static host => Assert.Null(host.Ttl));
    }

    [Fact]
    public void Control_knows_what_it_shows()
    {
        RelaydConfiguration slice = Slice(ConfigurationWire.ForControl);
        Assert.Empty(Known(slice, "/etc/ssl", "secret", "/ca", "style"));
        Assert.Equal(_whole.Tables.Select(table => (table.Id, table.Place, table.Name, table.Hosts)), slice.Tables.Select(table => (table.Id, table.Place, table.Name, table.Hosts)));
        Assert.Equal(_whole.Relays.Select(relay => (relay.Id, relay.Place, relay.Name)), slice.Relays.Select(relay => (relay.Id, relay.Place, relay.Name)));
        Assert.Equal((_whole.Tags, _whole.AgentX, _whole.Socket), (slice.Tags, slice.AgentX, slice.Socket));
        Assert.Empty(slice.Redirects.Select(redirect => redirect.Table).Concat(slice.Relays.SelectMany(relay => relay.Forward.Tables)).SelectMany(use => use.Key));
    }

    private static RelaydConfiguration? Again(RelaydConfiguration configuration) => ConfigurationWire.Read(ConfigurationWire.Write(configuration));

    /// <summary>A slice that has been on its way.</summary>
    private static RelaydConfiguration Slice(Func<RelaydConfiguration, RelaydConfiguration> cut)
    {
        RelaydConfiguration slice = cut(_whole);
        Assert.Equal(slice, Again(slice));
        return slice;
    }

    private static IEnumerable<string> Known(RelaydConfiguration slice, params string[] words) =>
        words.Where(word => Bytes.Text(ConfigurationWire.Write(slice)).Contains(word, StringComparison.Ordinal));

    private static byte[] With(byte[] bytes, int place, int wrong)
    {
        byte[] changed = [.. bytes];
        changed[place] ^= (byte)wrong;
        return changed;
    }

    private static RelaydConfiguration WithPlaces(RelaydConfiguration configuration) => configuration with
    {
        Tables = [.. configuration.Tables.Select(table => table with { Place = 10 + table.Id, Hosts = [.. table.Hosts.Select(host => host with { Place = 20 + host.Id })] })],
        Relays = [.. configuration.Relays.Select(relay => relay with { Place = 30 + relay.Id })],
    };
}
