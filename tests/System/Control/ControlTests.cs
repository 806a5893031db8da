using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Text.Json;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Control;

/// <summary>relayctl and a daemon, beyond what was recorded. Each test leaves the daemon as it found it.</summary>
[Collection("relayctl")]
public sealed class ControlTests(ControlGround ground)
{
    private const string Other = "relay \"only\" {\n\tlisten on 127.0.0.1 port 21790\n\tforward to 127.0.0.1 port 21710\n}\n";

    [Fact]
    public void A_host_that_is_drained_is_up_and_marked()
    {
        (int, string, string) drained = ground.Call("host", "drain", "7");
        string text = ground.CallUntil(static output => output.Contains("(draining)", StringComparison.Ordinal), "show", "summary");
        (int, string, string) undrained = ground.Call("host", "undrain", "7");

        Assert.Equal(((0, "command succeeded\n", ""), (0, "command succeeded\n", "")), (drained, undrained));
        Assert.Contains("7   \thost    \t127.0.0.1               \t100.00%\tup (draining)\n", text, StringComparison.Ordinal);
        _ = ground.CallUntil(static output => !output.Contains("(draining)", StringComparison.Ordinal), "show", "summary");
    }

    [Fact]
    public void A_host_comes_and_goes_while_the_daemon_runs()
    {
        (int, string, string) added = ground.Call("host", "add", "8", "127.0.0.4", "weight", "3");
        string shown = ground.CallUntil(static output => output.Contains("weight: 3", StringComparison.Ordinal), "show", "hosts", "-v");
        (int status, string output, string errors) = ground.Call("host", "add", "8", "127.0.0.4");
        (int, string, string) removed = ground.Call("host", "remove", "127.0.0.4");

        Assert.Equal(((0, "command succeeded\n", ""), (0, "command succeeded\n", "")), (added, removed));
        Assert.Contains("\thost    \t127.0.0.4 ", shown, StringComparison.Ordinal);
        Assert.Equal((1, "command failed\n"), (status, output));
        Assert.Contains("has 127.0.0.4 already", errors, StringComparison.Ordinal);
        _ = ground.CallUntil(static output => !output.Contains("127.0.0.4 ", StringComparison.Ordinal), "show", "hosts");
    }

    [Fact]
    public void A_configuration_that_is_refused_changes_nothing_and_is_said()
    {
        string bad = ground.Write("bad.conf", "foo bar\n", Modes.File);
        string before = ground.Call("show", "relays").Output;
        (int status, string output, string errors) = ground.Call("load", bad);

        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith($"{bad}:1:", errors, StringComparison.Ordinal);
        Assert.Equal(before.Count('\n'), ground.Call("show", "relays").Output.Count('\n'));
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_by_relayctl() =>
        Assert.Equal((1, "", "relayctl: /nonexistent: No such file or directory\n"), ground.Call("load", "/nonexistent"));

    [Fact]
    public void Another_configuration_lasts_until_the_next_reload()
    {
        string other = ground.Write("other.conf", $"socket \"{ground.SocketPath}\"\n{Other}", Modes.File);
        string before = ground.Call("show", "summary").Output;
        (int, string, string) loaded = ground.Call("load", other);
        string meanwhile = ground.CallUntil(static output => output.Contains("only", StringComparison.Ordinal), "show", "summary");
        (int status, string output, string warnings) = ground.Call("reload");

        Assert.Equal(((0, "", ""), (0, "")), (loaded, (status, output)));
        Assert.Contains("relayd.conf:19:1: warning: ", warnings, StringComparison.Ordinal);
        Assert.EndsWith("Status\n1   \trelay   \tonly                    \t       \tactive\n", meanwhile, StringComparison.Ordinal);
        _ = ground.CallUntil(found => string.Equals(Objects(found), Objects(before), StringComparison.Ordinal), "show", "summary");
    }

    [Fact]
    public void Whoever_watches_sees_commands_and_checks()
    {
        using Process monitor = ground.Place.Start(new ProcessStartInfo(Place.Program("relayctl"), ["-s", ground.SocketPath, "monitor"]));
        string seen = ReadUntil(monitor, "host_status: ");
        _ = ground.Call("host", "disable", "8");
        seen += ReadUntil(monitor, "ctl_host_disable: ");
        _ = ground.Call("host", "enable", "8");
        seen += ReadUntil(monitor, "ctl_host_enable: ");
        monitor.Kill();
        monitor.WaitForExit();

        Assert.Contains("ctl_host_disable: imsg type 22 len 84 peerid 0 pid 0\n\ttimestamp: ", seen, StringComparison.Ordinal);
        Assert.Contains("\tstate: up\n", seen, StringComparison.Ordinal);
        _ = ground.CallUntil(static output => output.Contains("8   \thost    \t127.0.0.1               \t100.00%\tup\n", StringComparison.Ordinal), "show", "summary");
    }

    [Fact]
    public void A_session_is_listed_as_long_as_it_is_open()
    {
        using Socket client = ground.Place.Socket(AddressFamily.InterNetwork);
        client.Connect("127.0.0.1", 21707);
        string port = client.LocalEndPoint!.ToString()!;

        string text = ground.CallUntil(output => output.Contains($" {port} -> ", StringComparison.Ordinal), "show", "sessions");
        using JsonDocument json = JsonDocument.Parse(ground.Call("show", "sessions", "--json").Output);
        client.Close();

        Assert.Matches($"session 0:\\d+ {port} -> 127\\.0\\.0\\.\\d:21710\tRUNNING\n\tage 00:00:\\d\\d, idle 00:00:\\d\\d, relay 8, pid \\d+\n", text);
        Assert.Contains(json.RootElement.GetProperty("sessions").EnumerateArray(), session => session.GetProperty("target").GetProperty("port").GetInt32() == 21710);
        _ = ground.CallUntil(output => !output.Contains(port, StringComparison.Ordinal), "show", "sessions");
    }

    [Fact]
    public void Everything_that_is_shown_is_shown_as_json_too()
    {
        using JsonDocument summary = JsonDocument.Parse(ground.Call("show", "summary", "--json").Output);
        using JsonDocument hosts = JsonDocument.Parse(ground.Call("show", "hosts", "--json").Output);

        Assert.Equal("rules", summary.RootElement.GetProperty("relays")[0].GetProperty("name").GetString());
        Assert.Equal("one:21710", hosts.RootElement.GetProperty("tables")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Whoever_may_not_write_to_the_socket_is_told_so()
    {
        (int status, _, string errors) = ground.Place.Call("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ground.Place.CopyOf("relayctl"), "-s", ground.SocketPath, "show", "summary");

        Assert.Equal((1, $"relayctl: connect: {ground.SocketPath}: Permission denied\n"), (status, errors));
    }

    // Ids, types and names; what checks have found by now is a matter of time.
    private static string Objects(string summary) =>
        string.Join('\n', summary.Split('\n').Select(static line => string.Join('\t', line.Split('\t').Take(3)).TrimEnd()));

    private static string ReadUntil(Process process, string text)
    {
        string read = "";
        while (!read.Contains(text, StringComparison.Ordinal) && process.StandardOutput.ReadLine() is { } line)
        {
            read += line + "\n";
        }

        return read;
    }
}
