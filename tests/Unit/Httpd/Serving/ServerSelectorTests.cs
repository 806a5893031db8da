using System.Collections.Generic;
using System.Text;

using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Serving;

public sealed class ServerSelectorTests
{
    [Fact]
    public void The_first_name_in_configuration_order_wins_over_a_more_exact_one() =>
        Assert.Equal("*.example.com", Select(["*.example.com", "www.example.com"], "www.example.com"));

    [Fact]
    public void An_exact_name_wins_over_a_later_glob() =>
        Assert.Equal("www.example.com", Select(["www.example.com", "*"], "www.example.com"));

    [Fact]
    public void A_glob_between_two_exact_names_is_reached() =>
        Assert.Equal("w*", Select(["a", "w*", "www"], "www"));

    [Fact]
    public void Names_are_compared_without_case() =>
        Assert.Equal("WWW.Example.com", Select(["other", "WWW.Example.com"], "www.eXample.COM"));

    [Fact]
    public void The_star_of_a_glob_spans_dots() =>
        Assert.Equal("*.example.com", Select(["other", "*.example.com"], "a.b.example.com"));

    [Fact]
    public void A_dot_at_the_end_of_a_host_is_none_of_its_name() =>
        Assert.Equal("www.example.com", Select(["other", "www.example.com"], "www.example.com."));

    [Fact]
    public void A_host_that_nobody_has_goes_to_the_first_server() =>
        Assert.Equal("first", Select(["first", "second"], "third"));

    [Fact]
    public void A_request_without_host_goes_to_the_first_server() =>
        Assert.Equal("first", Select(["first", "*"], ""));

    [Fact]
    public void A_port_that_is_not_the_sockets_matches_nothing() =>
        Assert.Equal("first", Text(Selector("first", "second").Select("second"u8, 8081, out _)));

    [Fact]
    public void The_sockets_own_port_matches() =>
        Assert.Equal("second", Text(Selector("first", "second").Select("second"u8, 80, out _)));

    [Fact]
    public void A_pattern_is_case_sensitive_and_unanchored()
    {
        ServerSelector selector = new(80, [Host("first"), Host("^w+%.", NameKind.Pattern)]);
        Assert.Equal("^w+%.", Text(selector.Select("www.example.com"u8, port: null, out _)));
        Assert.Equal("first", Text(selector.Select("WWW.example.com"u8, port: null, out _)));
    }

    [Fact]
    public void A_pattern_whose_last_letter_is_optional_matches_without_it()
    {
        ServerSelector selector = new(80, [Host("first"), Host("^www?$", NameKind.Pattern)]);
        Assert.Equal("^www?$", Text(selector.Select("ww"u8, port: null, out _)));
    }

    [Fact]
    public void A_pattern_may_have_captures()
    {
        ServerSelector selector = new(80, [Host("first"), Host("^(%w+)%.(%d+)$", NameKind.Pattern)]);
        Assert.Equal("^(%w+)%.(%d+)$", Text(selector.Select("www.2"u8, port: null, out _)));
        Assert.Equal("first", Text(selector.Select("www.x"u8, port: null, out _)));
    }

    private static string Select(string[] names, string host) =>
        Text(Selector(names).Select(Encoding.Latin1.GetBytes(host), port: null, out _));

    private static ServerSelector Selector(params string[] names)
    {
        List<ServedHost> hosts = [];
        foreach (string name in names)
        {
            hosts.Add(Host(name));
        }

        return new ServerSelector(80, [.. hosts]);
    }

    private static ServedHost Host(string name, NameKind kind = NameKind.Glob) =>
        new(new MatchText(kind, Encoding.Latin1.GetBytes(name)), Servers.Listen, Servers.Plain);

    private static string Text(ServedHost host) => Encoding.Latin1.GetString(host.Name.Span);
}
