using System;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

/// <summary>Words of older releases are mistakes, and the message says what to write today.</summary>
public sealed class OldSyntaxTests
{
    [Theory]
    [InlineData("log updates", "Write: log state changes")]
    [InlineData("log all", "Write: log host checks")]
    [InlineData("snmp", "Write: agentx")]
    [InlineData("snmp trap", "Write: agentx")]
    [InlineData("demote carp", "demote stands behind the table")]
    [InlineData("service www {", "Write: redirect")]
    [InlineData("relai www {", "Did you mean relay?")]
    [InlineData("tabel <hosts> {", "Did you mean table?")]
    [InlineData("host = \"192.0.2.1\"", "host is a reserved word")]
    public void At_the_top_level(string line, string remedy) => Assert.Contains(remedy, Loaded.Said(line + "\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("listen on 192.0.2.1 port 443 ssl", "Write: listen on ... port ... tls")]
    [InlineData("forward with ssl to <hosts> port 80", "Write: forward with tls to")]
    [InlineData("forward tls to <hosts> port 80", "Write: forward with tls to")]
    [InlineData("forward to <hosts> port 80 check ssl", "Write: check tls")]
    [InlineData("forward to <hosts> backup port 80", "Write a second forward to line")]
    [InlineData("forward to <hosts>", "Behind a table belongs at least one of")]
    [InlineData("tls cert \"/c\"", "Options of TLS stand in a protocol")]
    [InlineData("sticky-address", "mode source-hash")]
    public void In_a_relay(string line, string remedy) => Assert.Contains(remedy, Loaded.Said(Loaded.Relay(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData("tag GREEN", "Write: pftag")]
    [InlineData("virtual ip 192.0.2.2", "Write: listen on")]
    [InlineData("forward to 192.0.2.11 port 80", "A redirection forwards to tables")]
    public void In_a_redirection(string line, string remedy) => Assert.Contains(remedy, Loaded.Said(Loaded.Redirect(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData("request header append \"$X\" to \"Y\"", "A rule begins with what it does")]
    [InlineData("header change \"X\" to \"Y\"", "Write: match request header set")]
    [InlineData("label \"X\"", "A label stands in a rule")]
    [InlineData("ssl sslv3", "Write: tls")]
    [InlineData("tls session cache 5", "There is no cache of sessions any more")]
    [InlineData("tcp ip ttl 5", "put it in quotes")]
    public void In_a_protocol(string line, string remedy) => Assert.Contains(remedy, Loaded.Said(Loaded.Protocol(line)), StringComparison.Ordinal);
}
