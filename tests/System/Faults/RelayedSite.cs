using System;
using System.IO;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Relays;

namespace Sluice.System.Faults;

/// <summary>A relayd in front of two addresses of an httpd, with a check of each kind of process; one for all tests of a class.</summary>
public sealed class RelayedSite : IDisposable
{
    private readonly Daemon _httpd;

    public RelayedSite()
        : this("protocol \"web\" {\ntcp nodelay\n}\n")
    {
    }

    /// <param name="protocol">The protocol <c>web</c>.</param>
    internal RelayedSite(string protocol)
    {
        Site site = new Site(Ground.Place)
            .Document("htdocs/1k.bin", Body)
            .Configure($"server \"test\" {{\n\tlisten on 127.0.0.11 port {Backend.Port}\n\tlisten on 127.0.0.12 port {Backend.Port}\n\troot \"/htdocs\"\n\tconnection max requests 1000000\n}}");
        _httpd = Daemon.Start(Ground.Place, site.Configuration);
        Script = Path.Combine(Ground.Place.Folder, "check.sh");
        File.WriteAllText(Script, $"#!/bin/sh\n[ -e {Script}.fails ] && exit 0\nexit 1\n");
        File.SetUnixFileMode(Script, Modes.Folder);
        Ground.Configure(
            "timeout 900\ntable <web> { 127.0.0.11 retry 2 127.0.0.12 retry 2 }\ntable <scripted> { 127.0.0.13 }\n" +
            protocol + $"relay \"web\" {{\n\tprotocol \"web\"\n\tlisten on 127.0.0.1 port {RelayGround.Port}\n\tforward to <web> port {Backend.Port} check tcp\n}}\n" +
            $"relay \"scripted\" {{\n\tlisten on 127.0.0.1 port 81\n\tforward to <scripted> port {Backend.Port} check script \"{Script}\"\n}}\n");
        Daemon = Ground.Start();
    }

    internal static byte[] Body { get; } = Site.Bytes(1024);

    internal RelayGround Ground { get; } = new();

    internal Daemon Daemon { get; }

    /// <summary>Of the check of 127.0.0.13; a file of that name and <c>.fails</c> makes it fail.</summary>
    internal string Script { get; }

    /// <summary>Requests through the relay.</summary>
    internal Load Load() => new(Ground.Place, RelayGround.Port, "/1k.bin", Body);

    /// <summary>A session that has been served once.</summary>
    internal Peer Connect()
    {
        Peer peer = Ground.Connect();
        AssertServed(peer);
        return peer;
    }

    /// <summary>The session lives.</summary>
    internal static void AssertServed(Peer peer)
    {
        peer.Send("GET /1k.bin HTTP/1.1\r\nHost: f\r\n\r\n");
        Xunit.Assert.Equal(Body, peer.Answer().Body);
    }

    /// <summary>How often a host was checked.</summary>
    internal long Checks(string host) => Ground.Hosts().Single(shown => shown.Address == host).Checks;

    /// <summary>Waits until hosts were checked anew.</summary>
    internal void AwaitChecks(string host)
    {
        long before = Checks(host);
        Await.Until(() => Checks(host) > before, Await.Usual, () => $"{host} is checked again: {Daemon.Words()}");
    }

    internal void AwaitStatus(string host, string status) => Await.Until(
        () => Ground.Hosts().Single(shown => shown.Address == host).Status == status, Await.Usual, () => $"{host} is {status}: {Daemon.Words()}");

    public void Dispose()
    {
        Daemon.Dispose();
        _httpd.Dispose();
        Ground.Dispose();
    }

    /// <summary>Stops the processes of the hosts, or lets them go on.</summary>
    /// <param name="signal">SIGSTOP or SIGCONT.</param>
    internal void SignalHosts(int signal)
    {
        foreach (Child server in _httpd.Children.Where(static child => child.Title.StartsWith("server", StringComparison.Ordinal)))
        {
            Daemon.Signal(server.Id, signal);
        }
    }
}

/// <summary>The same with an http relay, whose clients share connections.</summary>
public sealed class RelayedHttpSite : IDisposable
{
    internal RelayedSite Site { get; } = new("http protocol \"web\" {\nhttp reuse\nreturn error\n}\n");

    public void Dispose() => Site.Dispose();
}
