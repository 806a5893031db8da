using System;

using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class CheckTests
{
    public static TheoryData<string, string> Kinds => new()
    {
        { "check icmp", Describe(new IcmpCheck()) },
        { "check tcp", Describe(new ConnectCheck(CheckTransport.Tcp)) },
        { "check tls", Describe(new ConnectCheck(CheckTransport.Tls)) },
        { "check dns", Describe(new DnsCheck(".")) },
        { "check dns example.org.", Describe(new DnsCheck("example.org.")) },
        { "check script \"/bin/c\"", Describe(new ScriptCheck("/bin/c")) },
        { "check http \"/\" code 200", Describe(new HttpCheck(CheckTransport.Tcp, "/", Host: null, new StatusAnswer(200))) },
        { "check https \"/\" host \"h\" code 301", Describe(new HttpCheck(CheckTransport.Tls, "/", "h", new StatusAnswer(301))) },
        { "check http \"/\" digest fedcba9876543210fedcba9876543210", Describe(new HttpCheck(CheckTransport.Tcp, "/", Host: null, new ContentAnswer(new Digest("fedcba9876543210fedcba9876543210")))) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_check_is_read(string text, string check) => Assert.Equal(check, Describe(Read(text)));

    [Fact]
    public void What_is_sent_is_sent_as_it_stands_and_what_is_expected_has_line_ends()
        => Assert.Equal(new ExchangeCheck(CheckTransport.Tls, [.. "A\\n"u8], [.. "B\r\n*\\t"u8], ExpectKind.Glob), Read("check send \"A\\n\" expect \"B\\r\\n*\\t\" tls"));

    [Fact]
    public void To_send_nothing_is_to_send_no_byte()
        => Assert.Equal(new ExchangeCheck(CheckTransport.Tcp, [], [.. "220 *"u8], ExpectKind.Glob), Read("check send nothing expect \"220 *\""));

    [Fact]
    public void Binary_data_is_hexadecimal()
        => Assert.Equal(new ExchangeCheck(CheckTransport.Tcp, [0, 0xff], [0xca, 0xfe], ExpectKind.Prefix), Read("check binary send \"00ff\" expect CAfe"));

    [Theory]
    [InlineData("check http \"/\" code 0", "invalid HTTP code: 0")]
    [InlineData("check http \"/\" digest abc", "invalid http digest")]
    [InlineData("check binary send \"0\" expect \"00\"", "failed in binary send data")]
    [InlineData("check binary send \"00\" expect \"xx\"", "failed in binary expect data")]
    [InlineData("check gopher \"/\" code 1", "invalid check type: gopher")]
    [InlineData("check forward", "check takes: icmp, tcp, tls, http, https, dns, send, binary send, script")]
    [InlineData("check dns \"a..b\"", "invalid domain name: a..b")]
    [InlineData("check dns \"\"", "invalid domain name: ")]
    public void A_mistake_is_named(string text, string message)
        => Assert.Contains(message, Loaded.Said(Loaded.Relay($"forward to <hosts> port 80 {text}")), StringComparison.Ordinal);

    [Fact]
    public void A_code_that_no_answer_has_is_a_warning()
        => Assert.Contains("no answer has the status 20", Loaded.Said(Loaded.Relay("forward to <hosts> port 80 check http \"/\" code 20")), StringComparison.Ordinal);

    [Fact]
    public void The_last_of_several_counts() => Assert.Equal(new ConnectCheck(CheckTransport.Tcp), Read("check icmp check tcp"));

    private static Check? Read(string text) => Loaded.Good(Loaded.Relay($"forward to <hosts> port 80 {text}")).Tables[0].Check;

    private static string Describe(Check? check) => $"{check}";
}
