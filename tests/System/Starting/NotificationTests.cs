using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Starting;

/// <summary>What a service manager hears on its socket: sd_notify(3), Type=notify-reload of systemd.service(5).</summary>
public sealed class NotificationTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;

    public NotificationTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer("");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Start_reload_refusal_and_end_are_told_in_this_order()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        TimeSpan before = Stopwatch.GetElapsedTime(0);
        daemon.Reload();
        TimeSpan after = Stopwatch.GetElapsedTime(0);
        File.AppendAllText(_site.Configuration, "nonsense\n");
        daemon.Reload();
        Assert.Equal(0, daemon.Stop());

        string file = _site.Configuration;
        IReadOnlyList<string> told = daemon.Told;
        Assert.Equal(
            [
                "READY=1", $"STATUS=configuration 1 of {file} in use",
                "RELOADING=1", "READY=1", $"STATUS=configuration 2 of {file} in use",
                "RELOADING=1", "READY=1", $"STATUS=Reload refused: {file}",
                "STOPPING=1",
            ],
            told.Where(line => !line.StartsWith("MONOTONIC_USEC=", StringComparison.Ordinal)).Select(line => line.Split(":10:")[0]),
            StringComparer.Ordinal);

        // By which the manager sees that it is its own signal that is answered.
        string time = told.First(line => line.StartsWith("MONOTONIC_USEC=", StringComparison.Ordinal)).Split('=')[1];
        Assert.InRange(TimeSpan.FromMicroseconds(long.Parse(time, CultureInfo.InvariantCulture)), before, after);
    }

    [Fact]
    public void The_socket_may_be_an_abstract_one()
    {
        using Socket manager = _place.Run(() => new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified));
        manager.Bind(new UnixDomainSocketEndPoint("\0sluice-manager"));
        manager.ReceiveTimeout = (int)Await.Usual.TotalMilliseconds;
        using Process process = Launch("@sluice-manager");
        byte[] message = new byte[1024];

        string told = Encoding.UTF8.GetString(message, 0, manager.Receive(message));

        Assert.StartsWith("READY=1\nSTATUS=", told, StringComparison.Ordinal);
        End(process);
    }

    [Fact]
    public void A_manager_that_is_not_there_keeps_nobody_waiting()
    {
        using Process process = Launch(Path.Combine(_place.Folder, "nobody"));

        Await.Until(() => _place.Tool("ss", "-Hltn", "sport = :80").Length > 0, "it listens");
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Answer().Head));
        End(process);
    }

    private Process Launch(string socket)
    {
        ProcessStartInfo start = new(Place.Program("httpd"), ["-d", "-f", _site.Configuration]);
        start.Environment["NOTIFY_SOCKET"] = socket;
        return _place.Start(start);
    }

    private static void End(Process process)
    {
        Daemon.Signal(process.Id, Libc.SIGTERM);
        Assert.True(process.WaitForExit(Await.Usual), "it ends when it is asked to");
        Assert.Equal(0, process.ExitCode);
    }
}
