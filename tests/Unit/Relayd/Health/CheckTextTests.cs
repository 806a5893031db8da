using System;
using System.Linq;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

using Xunit;

namespace Sluice.Unit.Relayd.Health;

public sealed class CheckTextTests
{
    // R-CHECK-30, as it stands there.
    private const string Texts =
        "none · aborted · interval timeout · icmp ok · icmp read timeout · icmp write timeout · tcp socket error · "
        + "tcp socket limit · tcp socket option · tcp connect failed · tcp connect timeout · tcp connect ok · "
        + "tcp write timeout · tcp write failed · tcp read timeout · tcp read failed · script ok · script failed · "
        + "tls connect error · tls connect failed · tls connect ok · tls connect timeout · tls read timeout · "
        + "tls write timeout · tls read error · tls write error · send/expect failed · send/expect ok · "
        + "http code malformed · http code mismatch · http code ok · http digest malformed · http digest mismatch · "
        + "http digest ok";

    [Fact]
    public void Each_result_has_its_words() =>
        Assert.Equal(Texts + " · dns ok · dns timeout · dns failed", string.Join(" · ", Enum.GetValues<CheckResult>().Select(CheckResultText.Of)));

    [Theory]
    [InlineData(-1)]
    [InlineData(37)]
    public void A_number_that_is_no_result_has_the_words_of_none(int number) => Assert.Equal("none", CheckResultText.Of((CheckResult)number));

    [Fact]
    public void Each_check_has_its_name() => Assert.Equal(
        "none, icmp, tcp, tcp use tls, http code, http digest use tls, send expect, send expect use tls, script, dns",
        string.Join(", ", new Check?[]
        {
            null,
            new IcmpCheck(),
            new ConnectCheck(CheckTransport.Tcp),
            new ConnectCheck(CheckTransport.Tls),
            new HttpCheck(CheckTransport.Tcp, "/", Host: null, new StatusAnswer(200)),
            new HttpCheck(CheckTransport.Tls, "/", Host: null, new ContentAnswer(new Digest("00"))),
            new ExchangeCheck(CheckTransport.Tcp, [], [], ExpectKind.Glob),
            new ExchangeCheck(CheckTransport.Tls, [], [], ExpectKind.Prefix),
            new ScriptCheck("/bin/true"),
            new DnsCheck("."),
        }.Select(CheckName.Of)));
}
