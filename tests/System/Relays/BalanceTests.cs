using System;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Relays;

/// <summary>Who gets the sessions: by turns, only where checks succeed, and not against what the operator says.</summary>
public sealed class BalanceTests : IDisposable
{
    private const string Three = "127.0.0.11 127.0.0.12 127.0.0.13";

    private readonly RelayGround _ground = new();

    public void Dispose() => _ground.Dispose();

    [Fact]
    public void Hosts_that_are_killed_or_stand_still_get_no_session_after_a_round_and_come_back()
    {
        _ = _ground.Host("127.0.0.11");
        Backend killed = _ground.Host("127.0.0.12");
        Backend stopped = _ground.Host("127.0.0.13");
        using Daemon daemon = _ground.Relay(Three, "mode roundrobin check send \"are you there\" expect \"*\"").Start();
        AwaitHosts(3);
        Assert.Equal(3, _ground.Count(12).Count);

        killed.Kill();
        AwaitHosts(2);
        Assert.Equal("127.0.0.11 127.0.0.13", string.Join(' ', _ground.Count(20).Keys.Order(StringComparer.Ordinal)));

        stopped.Manner = Manner.Silent;
        AwaitHosts(1);
        Assert.Equal("127.0.0.11", string.Join(' ', _ground.Count(20).Keys.Order(StringComparer.Ordinal)));

        killed.Begin();
        stopped.Manner = Manner.Answer;
        AwaitHosts(3);
        Assert.Equal(3, _ground.Count(12).Count);
        Assert.Contains(daemon.Said, line => line.StartsWith("host 127.0.0.12, check send expect (", StringComparison.Ordinal) && line.Contains("state up -> down", StringComparison.Ordinal));
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void With_one_host_killed_one_stopped_and_one_slow_no_client_sees_an_error_after_a_round()
    {
        Backend killed = _ground.Host("127.0.0.11");
        Backend stopped = _ground.Host("127.0.0.12");
        Backend slow = _ground.Host("127.0.0.13");
        using Daemon daemon = _ground.Relay(Three, "mode random check send \"are you there\" expect \"*\"").Start();
        AwaitHosts(3);

        slow.Manner = Manner.Slow;
        stopped.Manner = Manner.Silent;
        killed.Kill();
        AwaitHosts(1);

        Assert.Equal("127.0.0.13", Assert.Single(_ground.Count(40)).Key);
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void Sessions_go_by_turns_and_by_weight_and_not_to_whom_the_operator_takes_out()
    {
        foreach (string host in Three.Split(' '))
        {
            _ = _ground.Host(host);
        }

        using Daemon daemon = _ground.Relay("127.0.0.11 weight 2 127.0.0.12 127.0.0.13", "check tcp").Start();
        AwaitHosts(3);
        Assert.Equal(0, _ground.Control("host", "disable", "127.0.0.13").Status);
        Assert.DoesNotContain("127.0.0.13", string.Join(' ', _ground.Count(20).Keys), StringComparison.Ordinal);

        Assert.Equal(0, _ground.Control("host", "enable", "127.0.0.13").Status);
        Assert.Equal(0, _ground.Control("poll").Status);
        AwaitHosts(3);
        Assert.Equal(3, _ground.Count(40).Count);

        Assert.Equal(0, _ground.Control("host", "drain", "127.0.0.12").Status);
        Assert.DoesNotContain("127.0.0.12", string.Join(' ', _ground.Count(20).Keys), StringComparison.Ordinal);

        (int status, string output, string errors) = _ground.Control("load", "/dev/null");
        Assert.Equal(1, status);
        Assert.NotEmpty(output + errors);
        Assert.Equal("127.0.0.11 127.0.0.13", string.Join(' ', _ground.Count(20).Keys.Order(StringComparer.Ordinal)));
        Assert.Equal(0, daemon.Stop());
    }

    private void AwaitHosts(int count) => Await.Until(
        () => _ground.Control("show", "summary").Output.Contains($"active ({count} hosts)", StringComparison.Ordinal),
        Await.Usual,
        () => $"{count} hosts are up: {_ground.Control("show", "hosts").Output}");
}
