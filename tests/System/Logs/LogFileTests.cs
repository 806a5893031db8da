using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;
using Xunit.Sdk;

namespace Sluice.System.Logs;

/// <summary>Log files that are where they should be, and some that are not (H-LOG-01, -04 to -06).</summary>
public sealed class LogFileTests : IDisposable
{
    private const int Large = 32 * 1024 * 1024;

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly string _logs;

    public LogFileTests()
    {
        _logs = Path.Combine(_place.Folder, "logs");
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).Document("other/f", "other"u8.ToArray());
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_log_whose_folder_is_missing_is_named_at_start()
    {
        _site.ConfigureServer("log access \"missing/a.log\"");
        using Daemon daemon = Daemon.Launch(_place, _site.Configuration);

        Assert.Equal(1, daemon.AwaitEnd());
        daemon.AwaitLine($"cannot write log file {_logs}/missing/a.log: No such file or directory");
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_named_at_start()
    {
        _site.ConfigureServer("");
        _place.Tool("mount", "-t", "tmpfs", "-o", "ro", "logs", _logs);
        using Daemon daemon = Daemon.Launch(_place, _site.Configuration);

        Assert.Equal(1, daemon.AwaitEnd());
        daemon.AwaitLine($"cannot write log file {_logs}/access.log: Read-only file system");
    }

    [Fact]
    public void A_reload_to_a_log_whose_folder_is_missing_changes_nothing()
    {
        _site.ConfigureServer("");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        _site.ConfigureServer("root \"/other\"\n\tlog access \"missing/a.log\"");

        daemon.Reload();
        Ask("/f?refused");

        daemon.AwaitLine($"reload refused, the running configuration stays as it is: cannot write log file {_logs}/missing/a.log");
        AwaitLines("access.log", "?refused ");
    }

    [Fact]
    public void Once_its_folder_is_there_a_reload_takes_the_new_log()
    {
        _site.ConfigureServer("");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        _site.ConfigureServer("log access \"new/a.log\"");
        daemon.Reload();
        Directory.CreateDirectory(Path.Combine(_logs, "new"));

        daemon.Reload();
        Ask("/f?taken");

        AwaitLines("new/a.log", "?taken ");
    }

    [Fact]
    public void Logs_that_cannot_be_opened_anew_stay_as_they_are()
    {
        Directory.CreateDirectory(Path.Combine(_logs, "sub"));
        _site.ConfigureServer("log access \"sub/a.log\"");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Directory.Move(Path.Combine(_logs, "sub"), Path.Combine(_logs, "moved"));

        daemon.Signal(Libc.SIGUSR1);
        daemon.AwaitLine($"log files stay as they are: cannot write log file {_logs}/sub/a.log: No such file or directory");
        Ask("/f?stays");

        AwaitLines("moved/a.log", "?stays ");
    }

    [Fact]
    public void Logs_are_opened_anew_by_their_names_and_keep_what_is_in_them()
    {
        _site.ConfigureServer("");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Ask("/f?1");
        AwaitLines("access.log", "?1 ");
        File.Move(Path.Combine(_logs, "access.log"), Path.Combine(_logs, "access.log.0"));
        File.WriteAllText(Path.Combine(_logs, "access.log"), "here before\n");

        daemon.Signal(Libc.SIGUSR1);
        daemon.AwaitLine("log files reopened");
        Ask("/f?2");

        AwaitLines("access.log", "here before", "?2 ");
        AwaitLines("access.log.0", "?1 ");

        File.Move(Path.Combine(_logs, "access.log"), Path.Combine(_logs, "access.log.1"));
        daemon.Reload();
        Ask("/f?3");

        AwaitLines("access.log", "?3 ");
    }

    [Fact]
    public void A_name_is_one_file_however_it_is_spelt_and_leads_nowhere_else()
    {
        Directory.CreateDirectory(Path.Combine(_logs, "sub"));
        _site.Configure("""
            server "one" {
                listen on 127.0.0.1 port 80
                log { access "all.log", error "./all.log" }
            }
            server "two" {
                listen on 127.0.0.1 port 81
                log { access "sub/../all.log", error "../../../all.log" }
            }
            """);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Ask("/f?1");
        Ask("/f?2", 81);

        AwaitSomewhere("all.log", "?1 ", "?2 ", "server one, client", "server two, client");
        Assert.Equal(["all.log"], Directory.EnumerateFiles(_logs, "*", SearchOption.AllDirectories).Select(Path.GetFileName), StringComparer.Ordinal);
        Assert.Equal("-rw-r--r--", _place.Tool("stat", "-c", "%A", Path.Combine(_logs, "all.log")).Trim());
        Assert.Equal(1, OpenIn(daemon.ChildNamed("logger"), Path.Combine(_logs, "all.log")));
    }

    [Fact]
    public void What_a_pipe_without_reader_does_not_take_waits_for_the_next_reader()
    {
        _place.Tool("mkfifo", Path.Combine(_logs, "pipe"));
        _site.ConfigureServer("log access \"pipe\"");
        using FileStream holder = Pipe();
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Ask("/f?read");
        Assert.Contains("?read ", Line(holder), StringComparison.Ordinal);

        holder.Dispose();
        Ask("/f?kept");
        daemon.AwaitLine("pipe: Broken pipe; lines are kept and written when it is possible again");
        using FileStream next = Pipe();

        Assert.Contains("?kept ", Line(next), StringComparison.Ordinal);
        daemon.AwaitLine("pipe: written again, 0 lines were dropped meanwhile");
    }

    [Fact]
    public void A_request_is_written_when_its_answer_begins()
    {
        _site.Document("htdocs/large", new byte[Large]).ConfigureServer("");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);

        peer.Send("GET /large HTTP/1.1\r\nHost: f\r\n\r\n");

        AwaitLines("access.log", $"\"GET /large HTTP/1.1\" 200 {Large}");
    }

    [Fact]
    public void Errors_of_clients_are_no_errors_and_with_vv_each_connection_is_in_the_error_log()
    {
        _site.ConfigureServer("");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Ask("/none");

        AwaitLines("access.log", "\"GET /none HTTP/1.1\" 404 0");
        AwaitLines("error.log", "server test, client 1 (1 active), 127.0.0.1:");
        daemon.AwaitLine("\"GET /none HTTP/1.1\" 404 0");
    }

    /// <summary>Both ends, so that opening waits for nobody.</summary>
    private FileStream Pipe() => new(Path.Combine(_logs, "pipe"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    private static string Line(FileStream pipe)
    {
        Task<string> line = Task.Run(() => ReadLine(pipe));
        return line.Wait(Await.Usual) ? line.Result : throw new XunitException("no line comes out of the pipe");
    }

    private static string ReadLine(FileStream pipe)
    {
        List<byte> line = [];
        for (int next = pipe.ReadByte(); next != '\n'; next = pipe.ReadByte())
        {
            line.Add((byte)next);
        }

        return Encoding.ASCII.GetString([.. line]);
    }

    private static int OpenIn(Child process, string path) =>
        Directory.EnumerateFiles($"/proc/{process.Id}/fd").Count(link => new FileInfo(link).LinkTarget == path);

    private void Ask(string target, int port = 80)
    {
        using Peer peer = new(_place, port);
        peer.Send($"GET {target} HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n");
        _ = peer.ToEnd();
    }

    /// <summary>Waits until the file has exactly these lines, in this order; a line is told by a part of it.</summary>
    private void AwaitLines(string file, params string[] parts) => AwaitFile(
        file, parts, lines => lines.Zip(parts).All(pair => pair.First.Contains(pair.Second, StringComparison.Ordinal)));

    /// <summary>The same in any order.</summary>
    private void AwaitSomewhere(string file, params string[] parts) => AwaitFile(
        file, parts, lines => parts.All(part => lines.Any(line => line.Contains(part, StringComparison.Ordinal))));

    private void AwaitFile(string file, string[] parts, Func<string[], bool> holds)
    {
        string path = Path.Combine(_logs, file);
        Await.Until(
            () => File.Exists(path) && File.ReadAllLines(path) is { } lines && lines.Length == parts.Length && holds(lines),
            Await.Usual,
            () => $"{file} has the lines {string.Join(" / ", parts)}, and not: {(File.Exists(path) ? File.ReadAllText(path) : "it is not there")}");
    }
}
