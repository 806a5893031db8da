using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>Check scripts of every kind, and what they may do to a relayd: nothing.</summary>
[Waits]
public sealed class ScriptTests : IDisposable
{
    // What a script does depends on the host that it is asked about.
    private const string Script = """
        #!/bin/sh
        case $1 in
        127.0.0.1) exit 1 ;;
        127.0.0.2) exit 0 ;;
        127.0.0.3) sleep 1000 & sleep 1001 ;;
        127.0.0.4) while :; do echo flood; echo flood >&2; done ;;
        127.0.0.5) setsid sleep 1002 & exit 1 ;;
        127.0.0.6) test "$(id -un)" = _relayd_script && test "$(pwd)" = / && ! test -w /etc/passwd && exit 1; exit 0 ;;
        127.0.0.7) grep -q "NoNewPrivs:.1" /proc/self/status && ! unshare -U true && exit 1; exit 0 ;;
        127.0.0.8) trap "" TERM HUP INT; while :; do sleep 1003; done ;;
        127.0.0.9) kill -SEGV $$ ;;
        esac
        """;

    // Each process starts two others, for ever; as long as there is no file of this name and ".over".
    private const string Bomb = """
        #!/bin/sh
        test $1 = 127.0.0.2 -o -e "$0.over" && exit 1
        bomb() { bomb | bomb & }
        bomb
        exit 1
        """;

    private readonly RelayGround _ground = new();

    public void Dispose() => _ground.Dispose();

    [Fact]
    public void Scripts_that_hang_flood_crash_or_leave_something_behind_hurt_nobody()
    {
        string script = Write("check.sh", Script, Modes.Folder), text = Write("text", "no program", Modes.File);
        using Daemon relayd = Start(
            Table("hosts", "127.0.0.1 127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7 127.0.0.8 127.0.0.9", script, 81)
            + Table("missing", "127.0.0.21", script + ".missing", 82) + Table("text", "127.0.0.22", text, 83));

        Assert.All(["127.0.0.1", "127.0.0.5", "127.0.0.6", "127.0.0.7"], host => Assert.EndsWith(
            "script ok), state unknown -> up, availability 100.00%", relayd.AwaitLine($"host {host}, check script ("), StringComparison.Ordinal));
        Assert.All(["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.8", "127.0.0.9"], host => Assert.EndsWith(
            "script failed), state unknown -> down, availability 0.00%", relayd.AwaitLine($"host {host}, check script ("), StringComparison.Ordinal));
        relayd.AwaitLine("cannot be executed: the state of its hosts is unknown");
        Assert.All(_ground.Hosts().Where(host => host.Address is "127.0.0.21" or "127.0.0.22"), host => Assert.Equal("unknown", host.Status));
        AwaitKeeperAlone(relayd);
        Assert.Equal(0, relayd.Stop());
    }

    [Fact]
    public void A_fork_bomb_ends_with_its_check_and_other_hosts_are_checked_again()
    {
        string script = Write("bomb.sh", Bomb, Modes.Folder);
        using Daemon relayd = Start(Table("hosts", "127.0.0.1 127.0.0.2", script, 81));

        _ = relayd.AwaitLine("host 127.0.0.1, check script (");
        AwaitKeeperAlone(relayd);

        // Meanwhile there may have been no process for the other host.
        Write("bomb.sh.over", "", Modes.File);
        Assert.Equal(0, _ground.Control("poll").Status);
        _ = relayd.AwaitLine("host 127.0.0.2, check script (");
        AwaitKeeperAlone(relayd);
        Assert.Equal(0, relayd.Stop());
    }

    private static string Table(string name, string hosts, string script, int port) =>
        $"table <{name}> {{ {hosts} }}\nrelay \"{name}\" {{\n\tlisten on 127.0.0.1 port {port}\n\tforward to <{name}> port 8080 check script \"{script}\"\n}}\n";

    private string Write(string name, string text, UnixFileMode mode)
    {
        string path = Path.Combine(_ground.Place.Folder, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    private Daemon Start(string tables) => _ground.Configure($"interval 60\ntimeout 2000\n{tables}").Start();

    // Of the scripts' user only the process that runs them is left in this place.
    private void AwaitKeeperAlone(Daemon relayd)
    {
        int keeper = relayd.ChildNamed("script").Id;
        string user = _ground.Place.Tool("id", "-u", "_relayd_script").Trim();
        string place = NamespaceOf(keeper)!;
        int[] left = [];
        Await.Until(
            () => (left = Processes(user, place)) is [var only] && only == keeper,
            Await.Usual,
            () => $"nothing is left of scripts but {keeper}: {string.Join(' ', left)}");
    }

    private static int[] Processes(string user, string place) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0 && IsOf(id, user, place))];

    private static bool IsOf(int process, string user, string place)
    {
        try
        {
            IEnumerable<string> status = File.ReadLines($"/proc/{process}/status");
            return NamespaceOf(process) == place && status.First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1] == user;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // It has ended meanwhile.
            return false;
        }
    }

    private static string? NamespaceOf(int process) => new FileInfo($"/proc/{process}/ns/mnt").LinkTarget;
}
