using System;
using System.IO;
using System.Security.Authentication;

using Sluice.System.Ground;
using Sluice.System.Tls;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>Processes of httpd that stand still, and are missed by those alone who need them: the parent sees it, kills and replaces them.</summary>
[Waits]
public sealed class StoppedHttpdTests : IDisposable
{
    // Ten seconds without a sign of life, and room for a busy machine.
    private static readonly TimeSpan _stuck = TimeSpan.FromSeconds(30);

    private readonly Place _place = new();
    private readonly Site _site;

    public StoppedHttpdTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray());
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_stopped_keys_process_is_replaced()
    {
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, "ecdsa", "server", "test")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer established = new(_place, 443);
        Child keys = daemon.ChildNamed("keys");

        Daemon.Signal(keys.Id, Libc.SIGSTOP);
        Assert.False(IsShaken());
        Assert.Equal("f", established.Get("/f").Body);

        Await.Until(() => !keys.Lives, _stuck, () => "the stopped process is replaced");
        Await.Until(IsShaken, "handshakes succeed again");
    }

    [Fact]
    public void A_stopped_auth_process_costs_those_alone_who_need_it()
    {
        _site.Document("htdocs/open/f", "open"u8.ToArray()).Document("etc/members", []);
        _place.Tool("sh", "-c", $"echo ada:secret | {Place.Program("htpasswd")} -I {Path.Combine(_site.Root, "etc", "members")}");
        _site.ConfigureServer("authenticate \"Members\" with \"/etc/members\"\n\tlocation \"/open/*\" { no authenticate }");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer waiting = new(_place, 80);
        waiting.Socket.ReceiveTimeout = 60_000;
        Daemon.Signal(daemon.ChildNamed("auth").Id, Libc.SIGSTOP);
        waiting.Send(Request("/f"));

        Assert.Equal(200, Status("/open/f"));
        (string head, _) = waiting.Answer();

        // Its successor answers it, or its time was over before.
        Assert.Contains(Heads.Status(head), (int[])[200, 503]);
        Assert.Equal(Heads.Status(head) == 503 ? "5" : null, Heads.Field(head, "Retry-After"));
        Await.Until(() => Status("/f") == 200, _stuck, () => "there is a successor");
    }

    private static string Request(string path) =>
        $"GET {path} HTTP/1.1\r\nHost: test\r\nAuthorization: Basic {Convert.ToBase64String("ada:secret"u8)}\r\n\r\n";

    private int Status(string path)
    {
        using Peer peer = new(_place, 80);
        peer.Send(Request(path));
        return Heads.Status(peer.Answer().Head);
    }

    private bool IsShaken()
    {
        try
        {
            using SecurePeer peer = new(_place, 443);
            return true;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return false;
        }
    }
}
