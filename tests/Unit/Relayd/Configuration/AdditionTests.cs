using System;
using System.Linq;

using Sluice.Http.Logging;
using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

/// <summary>Options that OpenBSD's relayd does not have. Their words are ordinary texts wherever it would take them for such.</summary>
public sealed class AdditionTests
{
    [Theory]
    [InlineData("pass", false, false, null)]
    [InlineData("http reuse", true, false, null)]
    [InlineData("http { reuse, forwarded }", true, true, null)]
    [InlineData("http reuse\nhttp no reuse", false, false, null)]
    [InlineData("http { forwarded, no forwarded }", false, false, null)]
    [InlineData("http request id", false, false, "X-Request-ID")]
    [InlineData("http { request id header \"Trace-Id\", reuse }", true, false, "Trace-Id")]
    public void A_protocol_of_HTTP_has_options(string lines, bool reuse, bool forwarded, string? field)
    {
        HttpOptions http = Loaded.GoodProtocol(lines).Http;
        Assert.Equal((reuse, forwarded, field), (http.Reuse, http.Forwarded, http.RequestIdField));
    }

    [Theory]
    [InlineData("http request id header \"Content-Length\"", "invalid field name: Content-Length")]
    [InlineData("http request id header \"a b\"", "invalid field name: a b")]
    [InlineData("http request name", "Here belongs: id")]
    [InlineData("return maintenance retry 0", "invalid retry value: 0")]
    public void A_mistake_is_named(string lines, string message)
        => Assert.Contains(message, Loaded.Said(Loaded.Protocol(lines)), StringComparison.Ordinal);

    [Theory]
    [InlineData("return maintenance", 60)]
    [InlineData("return maintenance retry 300", 300)]
    public void Maintenance_says_when_to_come_back(string lines, int seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), Loaded.GoodProtocol(lines).Maintenance);

    [Theory]
    [InlineData("transparent forward to <hosts> port 80", "relay www with http reuse and transparent")]
    [InlineData("forward to <hosts> port 80 proxy-protocol v2", "relay www with http reuse and proxy-protocol")]
    public void A_connection_of_several_clients_cannot_tell_of_one(string line, string message)
        => Assert.Contains(
            message,
            Loaded.Said($"table <hosts> {{ 192.0.2.11 }}\nhttp protocol \"p\" {{\nhttp reuse\n}}\nrelay \"www\" {{\nlisten on 192.0.2.1 port 80\nprotocol \"p\"\n{line}\n}}\n"),
            StringComparison.Ordinal);

    [Fact]
    public void Addresses_of_nobody_are_believed_without_trusted_proxies()
    {
        Assert.Contains("http forwarded without trusted-proxies", Loaded.Said(Loaded.Protocol("http forwarded")), StringComparison.Ordinal);
        Assert.DoesNotContain("trusted-proxies", Loaded.Said("trusted-proxies { \"192.0.2.20\" }\n" + Loaded.Protocol("http forwarded")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a 10.0.0.1", "0 0")]
    [InlineData("10.0.0.1 failures 3 10.0.0.2", "3 0")]
    [InlineData("10.0.0.1 weight 2 failures 3 retry 1, 10.0.0.2 failures 1 weight 4", "3 1")]
    [InlineData("10.0.0.1 failures weight", "0 0 0")]
    public void A_host_counts_failures(string hosts, string counted)
    {
        string text = $"table <t> {{ {hosts.Replace("a ", "192.0.2.1 ", StringComparison.Ordinal)} }}\nrelay \"r\" {{\nlisten on ::1 port 80\nforward to <t> port 80 check tcp\n}}\n";
        Fakes.StubHost host = Loaded.Host();
        host.Names["failures"] = [System.Net.IPAddress.Parse("192.0.2.7")];
        host.Names["weight"] = [System.Net.IPAddress.Parse("192.0.2.8")];
        Assert.Equal(counted, string.Join(' ', Loaded.Good(Loaded.Text(host, text)).Tables[0].Hosts.Select(each => each.Failures)));
    }

    [Fact]
    public void Failures_without_a_check_are_a_warning()
        => Assert.Contains(
            "failures of hosts of <t> have no effect without a check",
            Loaded.Said("table <t> { 10.0.0.1 failures 3 }\nrelay \"r\" {\nlisten on ::1 port 80\nforward to <t> port 80\n}\n"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("log connection", null)]
    [InlineData("log style common", LogStyle.Common)]
    [InlineData("log style combined\nlog connection", LogStyle.Combined)]
    [InlineData("log style forwarded", LogStyle.Forwarded)]
    [InlineData("log style common\nlog json", LogStyle.Json)]
    public void Requests_are_logged_in_a_style(string lines, LogStyle? style)
        => Assert.Equal(style, Loaded.Good(Loaded.Global(lines)).Log.Requests);

    [Fact]
    public void A_rule_that_would_write_framing_is_a_warning()
        => Assert.Contains("no rule writes the field Transfer-Encoding", Loaded.Said(Loaded.Protocol("match header set \"Transfer-Encoding\" value \"x\"")), StringComparison.Ordinal);

    [Theory]
    [InlineData("table <reuse> { 10.0.0.1 }\nrelay failures {\nlisten on ::1 port 80\nforward to <reuse> port 80\n}\n")]
    [InlineData("table <maintenance> { 10.0.0.1 }\nprotocol json\nrelay id {\nlisten on ::1 port 80\nprotocol json\nforward to <maintenance> port 80\n}\n")]
    [InlineData("forwarded = \"10.0.0.1\"\ncommon = \"x\"\ntable <combined> { $forwarded }\nrelay $common {\nlisten on ::1 port 80\nforward to <combined> port 80\n}\n")]
    public void Their_words_are_names_elsewhere(string text) => Assert.NotNull(Loaded.Text(text).Configuration);
}
