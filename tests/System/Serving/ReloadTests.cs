using System;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Serving;

/// <summary>What a reload changes, and when; and what needs none.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;

    public ReloadTests()
    {
        _site = new Site(_place)
            .Document("htdocs/f", "first"u8.ToArray())
            .Document("other/f", "other"u8.ToArray())
            .ConfigureServer("");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_kept_connection_uses_the_new_configuration_from_its_next_request()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Assert.Equal("first", Ask(peer));

        _site.Configure("server \"test\" {\n\tlisten on 127.0.0.1 port 80\n\troot \"/other\"\n}");
        daemon.Reload();

        Assert.Equal("other", Ask(peer));
        Assert.Contains(daemon.Told, line => line.StartsWith("STATUS=", StringComparison.Ordinal));
    }

    /// <summary>Started by nohup(1), or from a script that ignores signals.</summary>
    [Fact]
    public void Signals_that_were_ignored_where_it_was_started_are_heard()
    {
        using Daemon daemon = Daemon.Launch(_place, _site.Configuration, wrapper: "trap '' HUP USR1 TERM");
        daemon.AwaitReady();
        _site.Configure("server \"test\" {\n\tlisten on 127.0.0.1 port 80\n\troot \"/other\"\n}");

        daemon.Reload();
        using Peer peer = new(_place, 80);
        Assert.Equal("other", Ask(peer));

        daemon.Signal(Libc.SIGUSR1);
        daemon.AwaitLine("log files reopened");
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_listener_that_is_added_serves_and_one_that_is_removed_ends()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        _site.Configure("server \"test\" {\n\tlisten on 127.0.0.1 port 81\n\troot \"/other\"\n}");
        daemon.Reload();

        using Peer peer = new(_place, 81);
        Assert.Equal("other", Ask(peer));
        Await.Until(() => _place.Tool("ss", "-Hltn", "sport = :80").Length == 0, "the listener on port 80 is closed");
    }

    [Fact]
    public void A_listener_that_cannot_be_opened_changes_nothing()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using global::System.Net.Sockets.Socket other = _place.Socket(global::System.Net.Sockets.AddressFamily.InterNetwork);
        other.Bind(new global::System.Net.IPEndPoint(global::System.Net.IPAddress.Loopback, 81));
        other.Listen();

        _site.Configure("server \"test\" {\n\tlisten on 127.0.0.1 port 80\n\tlisten on 127.0.0.1 port 81\n\troot \"/other\"\n}");
        daemon.Reload();

        using Peer peer = new(_place, 80);
        Assert.Equal("first", Ask(peer));
        daemon.AwaitLine("ddress already in use");
    }

    /// <summary>H-PRIVSEP-15.</summary>
    [Fact]
    public void What_a_reload_cannot_change_stays_and_is_said()
    {
        string text = global::System.IO.File.ReadAllText(_site.Configuration).Replace("root \"/htdocs\"", "root $documents", StringComparison.Ordinal);
        global::System.IO.File.WriteAllText(_site.Configuration, text);
        using Daemon daemon = Daemon.Launch(_place, _site.Configuration, wrapper: "set -- \"$@\" -D 'documents=\"/htdocs\"'");
        daemon.AwaitReady();
        string children = string.Join(' ', daemon.Children.Select(child => child.StartTime));

        global::System.IO.File.WriteAllText(
            _site.Configuration,
            "documents = '\"/other\"'\n" + text.Replace("prefork 1", "prefork 2", StringComparison.Ordinal).Replace(_site.Root, _place.Folder, StringComparison.Ordinal));
        daemon.Reload();

        daemon.AwaitLine("prefork stays 1 until httpd is restarted");
        daemon.AwaitLine($"chroot stays {_site.Root} until httpd is restarted");
        Assert.Equal(children, string.Join(' ', daemon.Children.Select(child => child.StartTime)));
        using Peer peer = new(_place, 80);
        Assert.Equal("first", Ask(peer));
    }

    /// <summary>H-CONF-30.</summary>
    [Fact]
    public void Pages_of_errors_that_a_reload_removes_are_gone()
    {
        string text = global::System.IO.File.ReadAllText(_site.Configuration);
        _site.Document("errors/err.html", "own"u8.ToArray());
        global::System.IO.File.WriteAllText(_site.Configuration, "errdocs \"/errors\"\n" + text.Replace("\"/htdocs\"", "\"/nothing\"", StringComparison.Ordinal));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Assert.Equal("own", Ask(peer));

        global::System.IO.File.WriteAllText(_site.Configuration, text.Replace("\"/htdocs\"", "\"/nothing\"", StringComparison.Ordinal));
        daemon.Reload();

        Assert.Contains("<h1>", Ask(peer), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_changes_is_served_anew_without_a_reload()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Assert.Equal("first", Ask(peer));

        _site.Document("htdocs/f", "second"u8.ToArray());

        Await.Until(() => Ask(peer) is "second", TimeSpan.FromSeconds(3), () => "the changed file is served");
    }

    [Fact]
    public void A_file_that_goes_is_not_found_any_more()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Assert.Equal("first", Ask(peer));

        global::System.IO.File.Delete(_site.Root + "/htdocs/f");

        Await.Until(() => Ask(peer).Contains("404 Not Found", StringComparison.Ordinal), TimeSpan.FromSeconds(3), () => "the file is not found");
    }

    private static string Ask(Peer peer)
    {
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        return Encoding.Latin1.GetString(peer.Answer().Body);
    }
}
