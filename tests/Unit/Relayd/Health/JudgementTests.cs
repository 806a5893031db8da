using System;
using System.Linq;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

using Xunit;

namespace Sluice.Unit.Relayd.Health;

public sealed class JudgementTests
{
    private static readonly CheckOutcome _up = CheckOutcome.Of(CheckResult.TcpConnectOk);
    private static readonly CheckOutcome _down = CheckOutcome.Of(CheckResult.TcpConnectFailed);
    private static readonly CheckOutcome _nothing = CheckOutcome.Of(CheckResult.TcpSocketLimit);
    private static readonly CheckOutcome _unknown = new(CheckResult.ScriptFailed, Verdict.Unknown, 0);

    [Fact]
    public void The_first_check_decides_where_nothing_is_tolerated()
    {
        Assert.Equal(HostState.Up, After(0, _up).State);
        Assert.Equal(HostState.Down, After(0, _down).State);
    }

    [Fact]
    public void So_many_failures_in_a_row_are_tolerated_and_one_more_is_not()
    {
        Assert.Equal(HostState.Up, After(2, _up, _down, _down).State);
        Assert.Equal(HostState.Down, After(2, _up, _down, _down, _down).State);
    }

    [Fact]
    public void A_success_gives_the_failures_back() => Assert.Equal(HostState.Up, After(2, _up, _down, _down, _up, _down, _down).State);

    [Fact]
    public void What_is_down_is_up_at_once() => Assert.Equal(HostState.Up, After(2, _up, _down, _down, _down, _up).State);

    [Fact]
    public void Tolerated_failures_count_as_what_they_leave()
    {
        HostHealth health = After(1, _up, _down, _down);

        Assert.Equal((3L, 2L), (health.Checks, health.Ups));
    }

    [Fact]
    public void A_check_that_was_not_made_leaves_all_but_the_reason()
    {
        HostHealth before = After(1, _up, _down);

        Assert.Equal(before with { Result = (int)CheckResult.TcpSocketLimit }, Judgement.Of(before, _nothing, 1));
    }

    [Fact]
    public void What_cannot_be_known_is_unknown_and_not_counted()
    {
        HostHealth health = After(1, _up, _unknown);

        Assert.Equal((HostState.Unknown, 1L, 1L), (health.State, health.Checks, health.Ups));
    }

    [Fact]
    public void What_was_disabled_begins_anew()
    {
        HostHealth health = Judgement.Forget(After(1, _up, _down) with { Withdrawal = Withdrawal.Disabled }, 1);

        Assert.Equal(new HostHealth { Withdrawal = Withdrawal.Disabled, RetriesLeft = 1 }, health);
    }

    // Lines as upstream wrote them.
    [Theory]
    [InlineData((int)CheckResult.TcpConnectOk, 1, "host 127.0.0.3, check tcp (1ms,tcp connect ok), state unknown -> up, availability 100.00%")]
    [InlineData((int)CheckResult.TcpConnectFailed, 5, "host 127.0.0.3, check tcp (5ms,tcp connect failed), state unknown -> down, availability 0.00%")]
    public void A_result_is_logged_as_upstream_does(int result, int milliseconds, string expected) => Assert.Equal(
        expected, Line(new ConnectCheck(CheckTransport.Tcp), TimeSpan.FromMilliseconds(milliseconds), CheckOutcome.Of((CheckResult)result)));

    [Fact]
    public void The_milliseconds_of_a_line_are_whole_ones() => Assert.StartsWith(
        "host 127.0.0.3, check tcp use tls (13ms,tls connect ok), ",
        Line(new ConnectCheck(CheckTransport.Tls), TimeSpan.FromMilliseconds(13.9), CheckOutcome.Of(CheckResult.TlsConnectOk)),
        StringComparison.Ordinal);

    [Fact]
    public void A_status_that_differs_is_logged() => Assert.Equal(
        "host 127.0.0.3, check http code (802ms,http code mismatch,503), state unknown -> down, availability 0.00%",
        Line(
            new HttpCheck(CheckTransport.Tcp, "/", Host: null, new StatusAnswer(200)),
            TimeSpan.FromMilliseconds(802),
            CheckOutcome.Of(CheckResult.HttpCodeMismatch, 503)));

    [Fact]
    public void Availability_has_two_decimals() => Assert.Equal("66.67%", CheckLines.Availability(After(0, _up, _up, _down)));

    [Fact]
    public void Before_the_first_check_there_is_no_availability() => Assert.Equal("", CheckLines.Availability(default));

    [Fact]
    public void A_result_of_a_disabled_host_is_said_to_be_ignored() => Assert.Equal(
        "host 127.0.0.3, check icmp (ignoring result, host disabled)", CheckLines.Ignored("127.0.0.3", new IcmpCheck()));

    private static string Line(Check check, TimeSpan took, CheckOutcome outcome) =>
        CheckLines.Result("127.0.0.3", check, took, default, Judgement.Of(default, outcome, 0));

    private static HostHealth After(int retry, params CheckOutcome[] outcomes) =>
        outcomes.Aggregate(new HostHealth { RetriesLeft = retry }, (health, outcome) => Judgement.Of(health, outcome, retry));
}
