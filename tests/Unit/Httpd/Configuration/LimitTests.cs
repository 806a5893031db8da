using System;
using System.Globalization;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

/// <summary>The limits of the language from both sides: the last that is accepted, and the first that is not (H-LIMIT-02 to -05, -09 to -11).</summary>
public sealed class LimitTests
{
    // In these texts ? stands for what is measured, and a text that begins with a blank is the line of a server.
    [Theory]
    [InlineData("server \"?\" {\n listen on * port 80\n}\n", 255, "server name truncated")]
    [InlineData(" alias \"?\"", 255, "server alias truncated")]
    [InlineData(" location \"?\" {\n block\n }", 254, "server location truncated")]
    [InlineData(" root \"?\"", 1023, "document root too long")]
    [InlineData(" request rewrite \"?\"", 1023, "request path too long")]
    [InlineData(" directory index \"?\"", 1023, "index file too long")]
    [InlineData(" log access \"?\"", 1023, "access log name too long")]
    [InlineData(" log error \"?\"", 1023, "error log name too long")]
    [InlineData(" errdocs \"?\"", 1014, "errdoc root path too long")]
    [InlineData(" authenticate \"?\" with \"/p\"", 254, "basic auth realm name too long")]
    [InlineData(" authenticate with \"?\"", 1023, "password file name too long")]
    [InlineData(" fastcgi socket \"?\"", 107, "socket path too long")]
    [InlineData(" fastcgi param \"?\" \"v\"", 510, "fastcgi_param name truncated")]
    [InlineData(" fastcgi param \"n\" \"?\"", 510, "fastcgi_param value truncated")]
    [InlineData(" header set \"?\" \"v\"", 127, "header name truncated")]
    [InlineData(" header set \"n\" \"?\"", 511, "header value truncated")]
    [InlineData("types {\n text/html ?\n}\nserver \"a\" {\n listen on * port 80\n}\n", 127, "media name too long")]
    [InlineData("types {\n ?/html a\n}\nserver \"a\" {\n listen on * port 80\n}\n", 63, "media type too long")]
    [InlineData("types {\n text/? a\n}\nserver \"a\" {\n listen on * port 80\n}\n", 63, "media type too long")]
    public void A_text_may_be_so_long_and_not_a_byte_longer(string text, int longest, string message)
    {
        Assert.Equal("", Said(text, new string('a', longest)));
        Assert.Contains(message, Said(text, new string('a', longest + 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prefork ?\nserver \"a\" {\n listen on * port 80\n}\n", 1, 32, "invalid number of preforked servers: ")]
    [InlineData(" connection timeout ?", 0, int.MaxValue, "invalid timeout: ")]
    [InlineData(" connection request timeout ?", 0, int.MaxValue, "invalid timeout: ")]
    [InlineData(" hsts max-age ?", 0, int.MaxValue, "invalid number of seconds: ")]
    [InlineData(" tcp backlog ?", 0, 1024, "invalid backlog: ")]
    public void A_number_has_a_least_and_a_most(string text, long least, long most, string message)
    {
        Assert.Equal("", Said(text, Text(least)) + Said(text, Text(most)));
        Assert.Contains(message + Text(least - 1), Said(text, Text(least - 1)), StringComparison.Ordinal);
        Assert.Contains(message + Text(most + 1), Said(text, Text(most + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_said_limits_are_those_of_the_manual() => Assert.Equal(
        (TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(60), 1000L, 1048576L),
        (ConnectionLimits.Default.Timeout, ConnectionLimits.Default.RequestTimeout, ConnectionLimits.Default.MaxRequests, ConnectionLimits.Default.MaxRequestBody));

    [Theory]
    [InlineData("max requests")]
    [InlineData("max request body")]
    public void A_limit_of_a_connection_below_zero_is_none_with_a_warning(string limit) =>
        Assert.Contains("-1 is taken for no limit", Said(" connection " + limit + " ?", "-1"), StringComparison.Ordinal);

    [Fact]
    public void Of_an_interface_sixteen_addresses_are_taken()
    {
        StubHost host = new();
        host.Interfaces["em0"] = [.. Enumerable.Range(1, 17).Select(last => IPAddress.Parse($"192.0.2.{last}"))];

        LoadResult<HttpdConfiguration> result = RoundTrip.Load(host, "server \"a\" {\n listen on em0 port 80\n}\n");

        Assert.Equal(16, result.Configuration?.Servers[0].Listens.Count);
        Assert.Contains("em0 resolves to more than 16 addresses; the rest is ignored", RoundTrip.Printed(result), StringComparison.Ordinal);
    }

    /// <summary>H-SRV-04.</summary>
    [Fact]
    public void Of_a_name_sixteen_addresses_are_taken()
    {
        StubHost host = new();
        host.Names["www.example"] = [.. Enumerable.Range(1, 17).Select(last => IPAddress.Parse($"192.0.2.{last}"))];

        LoadResult<HttpdConfiguration> result = RoundTrip.Load(host, "server \"a\" {\n listen on www.example port 80\n}\n");

        Assert.Equal(16, result.Configuration?.Servers[0].Listens.Count);
        Assert.Contains("www.example resolves to more than 16 addresses; the rest is ignored", RoundTrip.Printed(result), StringComparison.Ordinal);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Said(string text, string measured)
    {
        string whole = text[0] == ' ' ? $"server \"a\" {{\n listen on * port 80\n{text}\n}}\n" : text;
        return RoundTrip.Printed(RoundTrip.Load(whole.Replace("?", measured, StringComparison.Ordinal)));
    }
}
