using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class ConfigurationWireTests
{
    private const string Text = """
        interval 7
        timeout 900
        prefork 5
        socket "/socket"
        agentx context "context" path "/agent"
        log host checks
        log connection errors
        log level brief
        trusted-proxies { "192.0.2.0/28", "2001:db8::/64" }
        table <a> disable { 10.0.0.1 weight 9 retry 2 ip ttl 7 priority 12, "fe80::1%3" parent 1 }
        table <b> { 10.0.0.3 }
        redirect "redirect" {
            listen on 192.0.2.9 udp port 7:9 interface eth0 pflog
            forward to <a> port 1 check http "/secret-path" host "secret-host" code 204 mode source-hash "x" timeout 5 interval 14 demote "group"
            forward to <b> port 1 check https "/" digest "0123456789abcdef0123456789abcdef" mode source-hash "y"
            match pftag "packets"
            sticky-address
            session timeout 9
            disable
        }
        redirect "route" {
            listen on 192.0.2.9 port 99
            route to <b> check script "/secret-script" interface e0
        }
        http protocol "http" {
            tcp { no nodelay, sack, backlog 7, socket buffer 9, ip minttl 3, no splice }
            tcp ip "ttl" 4
            tls { no tlsv1.2, ciphers "c", ecdhe "X25519", edh, no cipher-server-preference, session tickets, ca file "/ca-file" }
            tls { client ca "/client-ca", ca cert "/ca-cert", ca key "/ca-key" password "secret-password" }
            tls { keypair k, keypair k ocsp "/staple" }
            http { headerlen 9, websockets }
            return error style "style"
            block response quick inet from 10.0.0.0/8 to 10.0.0.1 header "secret-*" value "x" cookie remove pattern "y" label "label" tag "tag"
            pass request inet6 method GET url digest "0123456789abcdef0123456789abcdef" path strip 2 tagged "tag" forward to <b> no label
            match query hash "q" path set "a" value "$HOST"
        }
        dns protocol "dns"
        relay "relay" {
            listen on 192.0.2.8 port 443 tls proxy-protocol
            listen on 192.0.2.8 port 80
            protocol "http"
            forward with tls to <a> port 2 check binary send "00" expect "ff" tls mode hash "z"
            transparent forward to nat lookup retry 4 inet6 64:ff9b:: proxy-protocol v2
            forward to <b> check send "secret-data" expect "*" mode loadbalance
            forward to 192.0.2.3 port 5 retry 4
            session timeout 8
            session close on host down
            disable
        }
        relay "plain" {
            listen on ::1 port 53
            protocol "dns"
            forward to <b> port 2 check tcp
        }
        router "router" {
            route 10.0.0.0/8
            route 0.0.0.0/0
            forward to <b> check icmp
            rtable 3
            rtlabel "route-label"
            disable
        }
        router "none" {
            route 2001:db8::/32
        }
        """;

    private static readonly RelaydConfiguration _whole = WithPlaces(Loaded.Good(Loaded.Text(Host(), Text)));

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
        Assert.Empty(Known(slice, "/etc/ssl", "/ca", "/client-ca", "/staple", "secret-password", "secret-path", "secret-data", "/secret-script", "/socket", "/agent"));
        Assert.Equal(_whole.Relays.Select(relay => relay.Forward), slice.Relays.Select(relay => relay.Forward));
        Assert.Equal(_whole.Relays.Select(relay => relay.Tls), slice.Relays.Select(relay => relay.Tls));
        Assert.Equal(_whole.Tables.Select(table => (table.Hosts, table.Check is null)), slice.Tables.Select(table => (table.Hosts, table.Check is null)));
        Assert.Equal(_whole.Protocols.Select(protocol => protocol.Rules), slice.Protocols.Select(protocol => protocol.Rules));
    }

    [Fact]
    public void Health_knows_tables()
    {
        RelaydConfiguration slice = Slice(ConfigurationWire.ForHealth);
        Assert.Equal((_whole.Tables, _whole.Log, _whole.Interval, _whole.Timeout), (slice.Tables, slice.Log, slice.Interval, slice.Timeout));
        Assert.Empty(Known(slice, "relay", "http\0", "/etc/ssl", "label", "tag", "/socket", "/agent"));
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

    private static StubHost Host() => Loaded.Host()
        .With("/etc/ssl/k.crt", "").With("/etc/ssl/private/k.key", "").With("/staple", "")
        .With("/ca-file", "").With("/client-ca", "").With("/ca-cert", "").With("/ca-key", "");
}
