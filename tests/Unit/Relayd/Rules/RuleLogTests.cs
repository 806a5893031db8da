using System;

using Sluice.Relayd.Rules;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>What rules log (R-FILTER-64, -66, R-LOG-11) and write (R-FILTER-67).</summary>
public sealed class RuleLogTests
{
    [Theory]
    [InlineData("match header log \"User-Agent\"", " [User-Agent: UA/1 \"q\"]")]
    [InlineData("match header log \"X-*\"", " [X-One: 1]")]
    [InlineData("match header log", " [Host: a.example]")]
    [InlineData("match header log \"None\"", "")]
    [InlineData("match path log", " [/x: foo=bar&a=b]")]
    [InlineData("match path log \"/y\"", "")]
    [InlineData("match query log \"foo\"", " [foo: bar]")]
    [InlineData("match query log", " [foo: bar]")]
    [InlineData("match cookie log \"other\"", " [Cookie: sid=s1; other=2]")]
    [InlineData("match cookie log", " [Cookie: sid=s1; other=2]")]
    [InlineData("match url log \"*\"", " [a.example/x: foo=bar&a=b]")]
    [InlineData("match url log \"a.example/\"", " [a.example/x: foo=bar&a=b]")]
    [InlineData("match path set \"*\" value \"/foopath\" url log \"*\"", " [a.example/foopath: foo=bar&a=b]")]
    [InlineData("match header remove \"X-One\"\nmatch header log \"*One\"", " [X-One: 1 (removed)]")]
    [InlineData("match header set \"X-One\" value \"2\"\nmatch header log \"X-One\"", " [X-One: 2]")]
    [InlineData("match header append \"X-One\" value \"2\"\nmatch header log \"X-One\"", " [X-One: 1]")]
    [InlineData("match header log \"X-One\" label \"the <b>label</b>\"", " [the <b>label</b>, X-One: 1]")]
    [InlineData("match header log \"X-One\"\nmatch label \"l\"", " [l, X-One: 1]")]
    [InlineData("match cookie log \"sid\" header log \"X-One\" path log", " [X-One: 1] [/x: foo=bar&a=b] [Cookie: sid=s1; other=2]")]
    [InlineData("pass path log\nmatch header log \"X-One\"", " [X-One: 1] [/x: foo=bar&a=b]")]
    public void Parts_of_a_request_are_logged_in_order(string rules, string log)
        => Assert.Equal(log, new Ruled(rules).Get("/x?foo=bar&a=b", "Host: a.example", "User-Agent: UA/1 \"q\"", "X-One: 1", "X-Two: 2", "Cookie: sid=s1; other=2").Logged);

    [Fact]
    public void Parts_of_an_answer_have_braces()
        => Assert.Equal(
            " {Server: nginx} {X-Foo: foo (removed)}",
            new Ruled("match response header remove \"X-Foo\"\nmatch response header log \"Server\"\nmatch response header log \"*Foo\"").Respond("Server: nginx", "X-Foo: foo").Logged);

    [Fact]
    public void A_digest_is_logged_as_it_is()
        => Assert.Equal(
            " [0ac8ccfc03317891ae2820de10ee2167d31ebd16]",
            new Ruled("block url log digest 0ac8ccfc03317891ae2820de10ee2167d31ebd16").Get("/a/b/c/d/e/f/gindex.html", "Host: foo.bar").Logged);

    [Fact]
    public void The_log_of_a_message_is_not_that_of_the_next()
        => Assert.Equal("", new Ruled("match header log \"X\"").Get("/", "X: 1").Get("/").Logged);

    [Theory]
    [InlineData("a] GET {x", " [X: a\\135 GET {x]")]
    [InlineData("]]", " [X: \\135\\135]")]
    [InlineData("a\tb\u0080\\", " [X: a\\tb\\M^@\\\\]")]
    public void Nobody_can_forge_a_part(string value, string log)
        => Assert.Equal(log, new Ruled("match header log \"X\"").Get("/", "X: " + value).Logged);

    [Fact]
    public void A_part_of_an_answer_cannot_be_forged_either()
        => Assert.Equal(" {X: a\\175 ;]}", new Ruled("match response header log \"X\"").Respond("X: a} ;]").Logged);

    [Theory]
    [InlineData('a')]
    [InlineData(']')]
    [InlineData('\u00ff')]
    public void A_long_part_is_cut_off_with_dots(char letter)
    {
        Ruled ruled = new Ruled("match header log \"X\"\nmatch header log \"Y\"").Get("/", "X: " + new string(letter, 5000), "Y: 1");
        Assert.InRange(ruled.Logged.Length, RuleLog.MostBytes - 10, RuleLog.MostBytes);
        Assert.EndsWith("...]", ruled.Logged, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_parts_are_cut_off_where_the_room_ends()
    {
        Ruled ruled = new Ruled(string.Concat(System.Linq.Enumerable.Repeat("match header log \"X\"\n", 50))).Get("/", "X: " + new string('a', 100));
        Assert.InRange(ruled.Logged.Length, RuleLog.MostBytes - 120, RuleLog.MostBytes);
        Assert.EndsWith("]", ruled.Logged, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$REMOTE_ADDR:$REMOTE_PORT", "198.51.100.7:51000")]
    [InlineData("$SERVER_ADDR:$SERVER_PORT", "192.0.2.1:80")]
    [InlineData("$HOST|$TIMEOUT|$SERVER_NAME", "a.example:81|600|relayd")]
    [InlineData("$UNKNOWN $ $$HOST.", "$UNKNOWN $ $a.example:81.")]
    [InlineData("plain", "plain")]
    public void Macros_are_replaced_in_what_is_written(string value, string written)
        => Assert.Equal($"Host: a.example:81|X: {written}|", new Ruled($"match header set \"X\" value \"{value}\"").Get("/", "Host: a.example:81").Fields);

    [Fact]
    public void An_answer_comes_from_the_host()
    {
        Ruled ruled = new("match response header set \"X\" value \"$REMOTE_ADDR:$REMOTE_PORT $HOST\"");
        Assert.True(Sluice.Engine.Io.SocketAddress.TryParse("[2001:db8::5]:8080"u8, out Sluice.Engine.Io.SocketAddress host));
        ruled.Subject.Host = host;
        Assert.Equal("A: b|X: 2001:db8::5:8080 192.0.2.1|", ruled.Respond("A: b").Fields);
    }

    [Fact]
    public void The_host_of_a_macro_is_the_one_that_a_rule_has_set()
        => Assert.Equal("Host: new|A: a|B: new|", new Ruled("match header set \"A\" value \"$HOST\"\nmatch header set \"Host\" value \"new\"\nmatch header set \"B\" value \"$HOST\"").Get("/", "Host: a").Fields);

    [Fact]
    public void A_request_without_a_host_has_the_relays_address()
        => Assert.Equal("A: 192.0.2.1|", new Ruled("match header set \"A\" value \"$HOST\"").GetWithoutHost("/").Fields);

    [Fact]
    public void Macros_of_cookies_are_replaced()
        => Assert.Equal("Cookie: c=198.51.100.7;|", new Ruled("match cookie set \"c\" value \"$REMOTE_ADDR\"").Get("/").Fields);
}
