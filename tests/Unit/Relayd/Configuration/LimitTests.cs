using System;
using System.Globalization;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

/// <summary>The limits of the language from both sides: the last that is accepted, and the first that is not.</summary>
public sealed class LimitTests
{
    // In these texts ? stands for what is measured; what is before the bar says what the rest is a part of.
    [Theory]
    [InlineData("global|agentx context \"?\"", 31, "agentx context too long")]
    [InlineData("global|agentx path \"?\"", 103, "agentx path too long")]
    [InlineData("global|table <\"?\"> { ::1 }", 63, "invalid table name")]
    [InlineData("redirect|pftag \"?\"\nforward to <hosts> check tcp", 63, "redirection tag name truncated")]
    [InlineData("redirect|route to <hosts> check tcp interface \"?\"", 15, "interface name truncated")]
    [InlineData("relay|forward to <hosts> port 80 demote \"?\"", 15, "demote group name too long")]
    [InlineData("relay|forward to <hosts> port 80 check script \"?\"", 1023, "script path truncated")]
    [InlineData("relay|forward to <hosts> port 80 check send nothing expect \"?\"", 255, "expect buffer truncated")]
    [InlineData("protocol|match label \"?\"", 1023, "label truncated")]
    [InlineData("protocol|match tag \"?\"", 63, "tag truncated")]
    [InlineData("protocol|match tagged \"?\"", 63, "tagged truncated")]
    [InlineData("protocol|tls ciphers \"?\"", 767, "tlsciphers truncated")]
    [InlineData("protocol|tls ca file \"?\"", 1023, "tlsca truncated")]
    [InlineData("protocol|tls ca cert \"?\"", 1023, "tlscacert truncated")]
    [InlineData("protocol|tls ca key \"?\" password \"\"", 1023, "tlscakey truncated")]
    [InlineData("protocol|tls client ca \"?\"", 1023, "tlsclientca truncated")]
    [InlineData("protocol|tls keypair \"?\"", 1023, "keypair name too long")]
    [InlineData("protocol|tls keypair k cert \"?\"", 1023, "keypair cert too long")]
    [InlineData("protocol|tls keypair k key \"?\"", 1023, "keypair certificate key too long")]
    [InlineData("protocol|tls keypair k ocsp \"?\"", 1023, "keypair ocsp too long")]
    [InlineData("router|route ::/0\nforward to <hosts> check icmp\nrtlabel \"?\"", 31, "route label truncated")]
    public void A_text_may_be_so_long_and_not_a_byte_longer(string text, int longest, string message)
    {
        Assert.DoesNotContain(message, Said(text, new string('a', longest)), StringComparison.Ordinal);
        Assert.Contains(message, Said(text, new string('a', longest + 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("global|prefork ?", 1, 32, "invalid number of preforked relays: ")]
    [InlineData("redirect|session timeout ?\nforward to <hosts> check tcp", 0, int.MaxValue, "timeout")]
    [InlineData("relay|session timeout ?\nforward to <hosts> port 80", 0, int.MaxValue, "timeout")]
    [InlineData("relay|forward to <hosts> port ?", 1, 65535, "invalid port: ")]
    [InlineData("global|table <t> { ::1 priority ? }", 0, 63, "invalid priority value: ")]
    [InlineData("global|table <t> { ::1 weight ? }", 1, 255, "invalid weight value: ")]
    [InlineData("protocol|tcp backlog ?", 0, 512, "invalid backlog: ")]
    [InlineData("protocol|http headerlen ?", 0, 131072, "invalid headerlen: ")]
    [InlineData("protocol|match path strip ?", 0, int.MaxValue, "invalid strip number")]
    [InlineData("protocol|pass from 192.0.2.0/?", 0, 32, "invalid prefixlen ")]
    [InlineData("protocol|pass from 2001:db8::/?", 0, 128, "invalid prefixlen ")]
    [InlineData("router|route 0.0.0.0/?\nforward to <hosts> check icmp", 0, 32, "invalid prefixlen ")]
    public void A_number_has_a_least_and_a_most(string text, long least, long most, string message)
    {
        Assert.Equal("", Said(text, Text(least)) + Said(text, Text(most)));
        Assert.Contains(message, Said(text, Text(least - 1)), StringComparison.Ordinal);
        Assert.Contains(message, Said(text, Text(most + 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interval ?")]
    [InlineData("timeout ?")]
    [InlineData("interval 9223372036854775807\ntimeout ?")]
    public void A_time_is_not_negative_and_none_is_too_long_to_be_read(string line)
    {
        Assert.Contains("invalid", Loaded.Said(Loaded.Global(line.Replace("?", "-1", StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.DoesNotContain("invalid", Loaded.Said(Loaded.Global(line.Replace("?", Text(long.MaxValue), StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_a_host_has_at_most_255_bytes()
        => Assert.Contains("host name truncated", Loaded.Said($"table <t> {{ \"{new string('a', 256)}\" }}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("relay \"?\" {\nlisten on ::1 port 1\nforward to nat lookup\n}\n", 255, "relay name truncated")]
    [InlineData("router \"?\" {\nroute ::/0\n}\n", 255, "router name truncated")]
    [InlineData("protocol \"?\"\nrelay \"r\" {\nlisten on ::1 port 1\nforward to nat lookup\n}\n", 63, "protocol name truncated")]
    [InlineData("table <t> { ::1 }\nredirect \"?\" {\nlisten on ::1 port 1\nforward to <t> check tcp\n}\n", 31, "redirection name truncated")]
    public void A_name_may_be_so_long(string text, int longest, string message)
    {
        Assert.DoesNotContain(message, Loaded.Said(text.Replace("?", new string('a', longest), StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(message, Loaded.Said(text.Replace("?", new string('a', longest + 1), StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Said(string text, string measured)
    {
        string[] parts = text.Replace("?", measured, StringComparison.Ordinal).Split('|', 2);
        return Loaded.Said(parts[0] switch
        {
            "global" => Loaded.Global(parts[1]),
            "redirect" => Loaded.Redirect(parts[1]),
            "relay" => Loaded.Relay(parts[1]),
            "protocol" => Loaded.Protocol(parts[1]),
            _ => Loaded.Router(parts[1]),
        });
    }
}
