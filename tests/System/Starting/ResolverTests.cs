using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Starting;

/// <summary>Names in relayd.conf: who looks them up, and what goes on meanwhile (D-01).</summary>
public sealed class ResolverTests
{
    private static readonly Dictionary<string, string?> _names = new(StringComparer.Ordinal)
    {
        ["one.test"] = "127.0.0.11",
        ["two.test"] = "127.0.0.12",
        ["silent.test"] = null,
    };

    [Fact]
    public void Names_are_looked_up_as_a_user_who_owns_nothing()
    {
        using RelayGround ground = new();
        using NameServer server = new(ground.Place, _names);
        _ = ground.Host("127.0.0.11");
        _ = ground.Host("127.0.0.12");
        using Daemon relayd = ground.Relay("one.test two.test", "check tcp mode roundrobin").Start();
        Assert.Equal("127.0.0.11 127.0.0.12", string.Join(' ', ground.Count(4).Keys.Order(StringComparer.Ordinal)));
        Assert.Contains("two.test", server.Asked, StringComparer.Ordinal);
        int resolver = int.Parse(ground.Place.Tool("id", "-u", "_resolver"), CultureInfo.InvariantCulture);
        Assert.Equal([resolver], server.Askers.Distinct());
        Assert.DoesNotContain(relayd.Children, static child => child.Title is "resolver");
        Assert.Equal(0, relayd.Stop());
    }

    [Fact]
    public void A_name_that_does_not_exist_is_named_with_its_place()
    {
        using RelayGround ground = new();
        using NameServer server = new(ground.Place, _names);
        using Daemon relayd = Daemon.Launch(ground.Place, ground.Relay("one.test\nnone.test", "check tcp").Configuration, "relayd");
        Assert.Equal(1, relayd.AwaitEnd());
        Assert.StartsWith($"{ground.Configuration}:8:1: invalid host none.test", relayd.AwaitLine("none.test").Replace("relayd: ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void While_a_name_server_says_nothing_all_else_goes_on()
    {
        using RelayGround ground = new();
        using NameServer server = new(ground.Place, _names);
        _ = ground.Host("127.0.0.11");
        using Daemon relayd = ground.Relay("one.test", "check tcp").Start();
        string before = File.ReadAllText(ground.Configuration);
        File.WriteAllText(ground.Configuration, before.Replace("one.test", "one.test silent.test", StringComparison.Ordinal));
        relayd.Signal(Libc.SIGHUP);
        Await.Until(() => server.Asked.Contains("silent.test", StringComparer.Ordinal), Await.Usual, relayd.Words);

        int worker = relayd.ChildNamed("relay 1").Id;
        Daemon.Signal(worker, Libc.SIGKILL);
        Await.Until(() => relayd.Children.Any(child => child.Title is "relay 1" && child.Id != worker), Await.Usual, relayd.Words);
        Assert.Equal("127.0.0.11", ground.Ask());
        Assert.Equal(0, ground.Control("show", "summary").Status);

        // Refused when the wait is over; and not sooner, so all of the above happened meanwhile.
        int ready = relayd.ReadyCount;
        Await.Until(() => relayd.ReadyCount > ready, Await.Usual, relayd.Words);
        _ = relayd.AwaitLine("silent.test");
        _ = relayd.AwaitLine("reload refused");
        Assert.Equal("127.0.0.11", ground.Ask());

        relayd.Signal(Libc.SIGHUP);
        int asked = server.Asked.Count;
        Await.Until(() => server.Asked.Count > asked, Await.Usual, relayd.Words);
        Stopwatch time = Stopwatch.StartNew();
        Assert.Equal(0, relayd.Stop());
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(9));
    }
}
