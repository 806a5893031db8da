using System;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Hosts that fail their clients (<c>failures</c>), and hosts that the operator takes out of service (<c>return maintenance</c>).</summary>
[Compares]
public sealed class OutOfServiceTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Failing = "127.0.0.11";
    private const string Gone = "127.0.0.12";
    private const string Well = "127.0.0.13";

    private readonly ForwardingGround _ground;
    private readonly Origin _gone;
    private readonly Origin _well;
    private volatile bool _isFailing;

    public OutOfServiceTests()
    {
        // Checks come when the test asks for them.
        _ground = new ForwardingGround(
            _ => _isFailing ? new("nonsense\r\n\r\n", Afterwards.Close) : new(Ok, Afterwards.Keep),
            "return error\nreturn maintenance retry 77\nhttp reuse",
            options: "check tcp",
            globals: $"log state changes\ninterval 60\ntimeout 5000\ntable <hosts> {{ {Failing} failures 3 {Gone} failures 3 {Well} }}",
            target: "<hosts>");
        _gone = new Origin(_ground.Place, Gone, static _ => new(Ok, Afterwards.Keep));
        _well = new Origin(_ground.Place, Well, static _ => new(Ok, Afterwards.Keep));
        Poll("3 hosts");
    }

    public void Dispose()
    {
        _ground.Dispose();
        _gone.Dispose();
        _well.Dispose();
    }

    [Fact]
    public void Hosts_that_fail_so_often_get_no_more_requests_until_a_check_succeeds()
    {
        _isFailing = true;
        _gone.Dispose();
        int[] first = [.. Enumerable.Range(0, 9).Select(_ => Ask())];
        Assert.Equal((3, 6), (first.Count(static status => status == 200), first.Count(static status => status == 502)));
        _ = _ground.AwaitLine($"host {Failing}, 3 failures of sessions, state up -> down");
        _ = _ground.AwaitLine($"host {Gone}, 3 failures of sessions, state up -> down");
        Await.Until(() => Shows("1 hosts"), Await.Usual, () => _ground.Words);
        Assert.Contains("failed sessions: 3\n", _ground.Control("show", "hosts", "-v"), StringComparison.Ordinal);

        Assert.All(Enumerable.Range(0, 12), _ => Assert.Equal(200, Ask()));

        _isFailing = false;
        Poll("2 hosts");
        Assert.All(Enumerable.Range(0, 12), _ => Assert.Equal(200, Ask()));
        Assert.Contains("tcp connect failed", _ground.Control("show", "hosts", "-v"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_is_drained_is_in_maintenance_and_its_idle_connections_end()
    {
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(200, Ask()));
        Visit idle = _well.Visits[0];
        string[] hosts = [Failing, Gone, Well];
        Array.ForEach(hosts, host => _ground.Control("host", "drain", host));
        string heard = _ground.Hear("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("HTTP/1.0 503 Service Unavailable\r\n", heard, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 77\r\n", heard, StringComparison.Ordinal);
        Assert.Contains("down for maintenance", heard, StringComparison.Ordinal);
        Await.Until(() => idle.HasEnded, TimeSpan.FromSeconds(20), () => "the relay closes it");

        _ = _ground.Control("host", "undrain", Well);
        Assert.Equal(200, Ask());
    }

    private int Ask() => Heads.Status(_ground.Hear("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"));

    private bool Shows(string hosts) => _ground.Control("show", "summary").Contains($"active ({hosts})", StringComparison.Ordinal);

    private void Poll(string hosts)
    {
        _ = _ground.Control("poll");
        Await.Until(() => Shows(hosts), Await.Usual, () => _ground.Control("show", "hosts"));
    }
}
