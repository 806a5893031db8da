using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

using Sluice.System.Ground;
using Sluice.System.Redirections;

using Xunit;

namespace Sluice.System.Failover;

/// <summary>Two machines share an address; the one whose servers are all down steps back behind the other.</summary>
public sealed class PairTests : IDisposable
{
    private static readonly TimeSpan _failoverLimit = TimeSpan.FromSeconds(3);

    private readonly Place _network = new();
    private readonly Node _first;
    private readonly Node _second;

    public PairTests()
    {
        _network.Tool("ip", "link", "add", "br0", "type", "bridge");
        _network.Tool("ip", "address", "add", "10.8.0.9/24", "dev", "br0");
        _network.Tool("ip", "link", "set", "br0", "up");
        _first = new Node(_network, "first", number: 1, priority: 100);
        _second = new Node(_network, "second", number: 2, priority: 90);
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _network.Dispose();
    }

    [Fact]
    public void Whoever_has_no_server_left_gives_the_address_to_the_other_and_has_it_back_later()
    {
        AwaitAnswer("first");
        Assert.Equal("0\n", _first.Demotions);

        Stopwatch watch = Stopwatch.StartNew();
        _first.KillServer();
        AwaitAnswer("second");
        TimeSpan took = watch.Elapsed;
        Assert.Equal("1\n", _first.Demotions);
        _first.Daemon.AwaitLine("incremented the demote state of group 'pair'");
        Assert.False(_first.HasAddress);

        _first.ReviveServer();
        AwaitAnswer("first");
        Assert.Equal("0\n", _first.Demotions);
        _first.Daemon.AwaitLine("decremented the demote state of group 'pair'");
        Assert.InRange(took, TimeSpan.Zero, _failoverLimit);
    }

    [Fact]
    public void What_a_daemon_that_was_killed_left_is_put_right_by_the_next_one_and_without_one_the_other_machine_serves()
    {
        AwaitAnswer("first");
        _first.KillServer();
        AwaitAnswer("second");
        _first.KillDaemon();
        Assert.Equal("1\n", _first.Demotions);

        _first.ReviveServer();
        _first.StartDaemon();
        AwaitAnswer("first");
        Assert.Equal("0\n", _first.Demotions);

        Assert.Equal(0, _first.Daemon.Stop());
        AwaitAnswer("second");
        Assert.Equal("0\n", _first.Demotions);
    }

    private void AwaitAnswer(string name) => Await.Until(() => Ask() == name, Await.Usual, () => $"{name} answers: {_first.Daemon.Words()}");

    // Null where nobody answers at once.
    private string? Ask()
    {
        using Socket client = _network.Socket(AddressFamily.InterNetwork);
        client.ReceiveTimeout = client.SendTimeout = 500;
        try
        {
            return client.ConnectAsync(IPAddress.Parse(Node.Shared), Node.Port).Wait(500) ? Network.Read(client).Split(' ')[0] : null;
        }
        catch (Exception failure) when (failure is SocketException or AggregateException)
        {
            return null;
        }
    }
}
