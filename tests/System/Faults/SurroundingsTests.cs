using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>What a daemon may miss of its surroundings: names, streams, a folder for temporary files, memory.</summary>
public sealed class SurroundingsTests : IDisposable
{
    private const long Heap = 64 * 1024 * 1024;
    private const int Large = 8 * 1024 * 1024, Files = 200;

    private readonly Place _place = new();
    private readonly Site _site;

    public SurroundingsTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer("");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_name_that_cannot_be_looked_up_any_more_is_told_at_a_reload_and_changes_nothing()
    {
        string hosts = Path.Combine(_place.Folder, "hosts");
        File.WriteAllText(hosts, "127.0.0.1 web.test\n");
        File.SetUnixFileMode(hosts, Modes.File);
        _place.Tool("mount", "--bind", hosts, "/etc/hosts");
        _site.Configure("server \"test\" {\n\tlisten on \"web.test\" port 80\n}");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        AssertServes();

        File.WriteAllText(hosts, "");
        daemon.Reload();

        daemon.AwaitLine("httpd.conf:6:12: ");
        AssertServes();
    }

    [Fact]
    public void Where_no_temporary_file_can_be_made_it_starts_serves_and_reloads()
    {
        _place.Tool("mount", "--bind", _place.Folder, _place.Folder);
        _place.Tool("mount", "--rbind", Path.GetTempPath(), Path.GetTempPath());
        _place.Tool("mount", "-o", "remount,bind,ro", Path.GetTempPath());
        Assert.NotEqual(0, _place.Call("touch", Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())).Status);

        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        AssertServes();
        daemon.Reload();

        AssertServes();
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_debugger_s_socket_that_an_earlier_process_left_where_nothing_can_be_removed_does_not_keep_it_from_starting()
    {
        string temporary = Path.Combine(_place.Folder, "temporary");
        _place.Tool("mkdir", temporary);
        _place.Tool("mount", "-t", "tmpfs", "none", temporary);

        AssertStarts($"export TMPDIR={temporary} && touch $TMPDIR/dotnet-diagnostic-$$-1-socket && mount -o remount,ro $TMPDIR");
    }

    [Fact]
    public void A_folder_for_temporary_files_that_does_not_exist_does_not_keep_it_from_starting() =>
        AssertStarts($"export TMPDIR={Path.Combine(_place.Folder, "nowhere")}");

    [Fact]
    public void Without_standard_streams_it_starts_serves_and_replaces_a_child()
    {
        using Daemon daemon = Daemon.Launch(_place, _site.Configuration, wrapper: "exec 0<&- 1>&- 2>&-");
        daemon.AwaitReady();
        AssertServes();
        Child server = daemon.ChildNamed("server 1");
        Daemon.Signal(server.Id, Libc.SIGKILL);
        Await.Until(() => !server.Lives, "the server ends");
        Child next = daemon.ChildNamed("server 1");

        AssertServes();
        Assert.All((int[])[daemon.Id, daemon.ChildNamed("logger").Id, next.Id], id => Assert.Equal("/dev/null /dev/null /dev/null", Streams(id)));
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_child_that_crashes_leaves_no_core_whatever_the_limit_is()
    {
        using Daemon daemon = Daemon.Launch(_place, _site.Configuration, wrapper: "ulimit -c unlimited");
        daemon.AwaitReady();
        Child server = daemon.ChildNamed("server 1");

        Daemon.Signal(server.Id, Libc.SIGSYS);

        string lost = daemon.AwaitLine("lost child: server 1");
        Assert.DoesNotContain("core", lost, StringComparison.Ordinal);
        _ = daemon.ChildNamed("server 1");
        AssertServes();
        Assert.Empty(Directory.EnumerateFiles(_place.Folder, "core*", SearchOption.AllDirectories));
    }

    [Fact]
    public void In_64_MiB_of_memory_each_it_serves_small_and_large_files_to_many()
    {
        string program = _place.CopyOf("httpd");
        string settings = Path.Combine(Path.GetDirectoryName(program)!, "httpd.runtimeconfig.json");
        JsonNode root = JsonNode.Parse(File.ReadAllText(settings))!;
        root["runtimeOptions"]!["configProperties"]!["System.GC.HeapHardLimit"] = Heap;
        File.WriteAllText(settings, root.ToJsonString());
        _site.Document("htdocs/large", Site.Bytes(Large));
        byte[] small = Site.Bytes(64 * 1024);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration, program);
        Child server = daemon.ChildNamed("server 1");

        for (int i = 0; i < Files; i++)
        {
            _site.Document($"htdocs/{i}", small);
        }

        AssertAllServed();
        Assert.Equal(server, daemon.ChildNamed("server 1"));
        Assert.Equal(0, daemon.Stop());
    }

    private string Streams(int process) =>
        string.Join(' ', Enumerable.Range(0, 3).Select(number => _place.Tool("readlink", $"/proc/{process}/fd/{number}").Trim()));

    private void AssertAllServed()
    {
        using Peer peer = new(_place, 80);
        for (int i = 0; i < Files * 2; i++)
        {
            peer.Send($"GET /{i % Files} HTTP/1.1\r\nHost: f\r\n\r\nGET /large HTTP/1.1\r\nHost: f\r\n\r\n");
            Assert.Equal(64 * 1024, peer.Answer().Body.Length);
            Assert.Equal(Large, peer.Answer().Body.Length);
        }
    }

    private void AssertStarts(string wrapper)
    {
        using Daemon daemon = Daemon.Launch(_place, _site.Configuration, wrapper: wrapper);
        daemon.AwaitReady();

        AssertServes();
        Assert.Equal(0, daemon.Stop());
    }

    private void AssertServes()
    {
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Answer().Head));
    }
}
