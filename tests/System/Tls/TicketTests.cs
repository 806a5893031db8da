using System;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Sessions that are resumed, by whichever process accepts.</summary>
[Compares]
public sealed class TicketTests : IDisposable
{
    private const int Tries = 100;

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Pair _pair;

    public TicketTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
        _pair = Pair.Make(_place, "ecdsa", "server", "test");
    }

    private string Session => Path.Combine(_place.Folder, "session");

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void Ninety_nine_of_a_hundred_sessions_are_resumed_across_four_processes(string version)
    {
        _site.Configure(HandshakeTests.Server("test", _pair, "tls ticket lifetime default"), prefork: 4);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Begin(version);

        int resumed = Enumerable.Range(0, Tries).Count(_ => IsResumed(version));

        Assert.InRange(resumed, Tries * 99 / 100, Tries);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void A_ticket_is_good_after_a_reload_and_for_the_successor_of_a_process(string version)
    {
        _site.Configure(HandshakeTests.Server("test", _pair, "tls ticket lifetime default"));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Begin(version);

        daemon.Reload();
        Assert.True(IsResumed(version), "after the reload");

        Child server = daemon.ChildNamed("server 1");
        Daemon.Signal(server.Id, Libc.SIGKILL);
        Await.Until(() => !server.Lives && daemon.Children.Any(child => child.Title is "server 1"), "there is a successor");
        Assert.True(IsResumed(version), "by the successor");
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void A_ticket_is_good_for_no_listener_that_demands_more(string version)
    {
        Pair authority = Pair.Make(_place, "ecdsa", "authority", "authority");
        Pair client = authority.Issue(_place, "client", "/CN=client");
        const string Lifetime = "tls ticket lifetime default";
        _site.Configure(HandshakeTests.Server("test", _pair, Lifetime));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Begin(version);

        _site.Configure(HandshakeTests.Server("test", _pair, $"{Lifetime}\n\ttls client ca \"{authority.Certificate}\""));
        daemon.Reload();

        Assert.False(IsResumed(version, "-cert", client.Certificate, "-key", client.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tls no ticket")]
    public void Without_a_lifetime_there_are_no_tickets(string lines)
    {
        _site.Configure(HandshakeTests.Server("test", _pair, lines));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        string said = _place.Tool("openssl", "s_client", "-connect", "127.0.0.1:443", "-tls1_2");

        Assert.DoesNotContain("TLS session ticket:", said, StringComparison.Ordinal);
    }

    // A request is sent so that tickets of TLS 1.3, which come behind the handshake, arrive before the end.
    private void Begin(string version) => Ask("-sess_out", version, "-sess_out", Session);

    private bool IsResumed(string version, params string[] words) =>
        Ask("-sess_in", [version, "-sess_in", Session, .. words]).Contains("Reused, ", StringComparison.Ordinal);

    private string Ask(string what, params string[] words)
    {
        string request = Path.Combine(_place.Folder, "request");
        File.WriteAllText(request, "GET /f HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        (int status, string output, string errors) = _place.Call(
            "/bin/sh", ["-c", "exec openssl s_client -ign_eof -connect 127.0.0.1:443 \"$@\" < " + request, what, .. words]);
        return status == 0 && output.Contains("200 OK", StringComparison.Ordinal) ? output : $"{status}: {output} {errors}";
    }
}
