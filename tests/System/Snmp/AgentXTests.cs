using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Snmp;

/// <summary>relayd behind snmpd(8): what snmpwalk(1) shows is what relayctl(8) shows (R-SNMP-01 to -12).</summary>
[Waits]
public sealed class AgentXTests : IDisposable
{
    private const string Info = ".1.3.6.1.4.1.30155.3.2";

    private readonly RelayGround _ground = new();
    private readonly Process _traps;
    private Process _master;

    public AgentXTests()
    {
        File.WriteAllText(
            Path("snmpd.conf"),
            $"agentaddress udp:127.0.0.1:1161\nrocommunity public 127.0.0.1\nmaster agentx\nagentXSocket {Path("master")}\ntrap2sink 127.0.0.1:1162 public\n");
        File.WriteAllText(Path("trapd.conf"), "disableAuthorization yes\n");
        _traps = Start("exec snmptrapd -f -n -Lf \"$0/traps\" -On -C -c \"$0/trapd.conf\" udp:127.0.0.1:1162");
        _master = Master();
    }

    private Place Place => _ground.Place;

    public void Dispose()
    {
        Stop(_master);
        Stop(_traps);
        _master.Dispose();
        _traps.Dispose();
        _ground.Dispose();
    }

    [Fact]
    public void A_walk_shows_what_relayctl_shows_and_changes_are_told()
    {
        Backend backend = _ground.Host("127.0.0.11");
        _ground.Relay("127.0.0.11, 127.0.0.12", "check tcp");
        _ground.Append($"agentx path \"{Path("master")}\"");
        using Daemon daemon = _ground.Start();
        daemon.AwaitLine("agentx: the master agent has taken the objects");
        Await.Until(() => _ground.Hosts().Any(static host => host.Status == "up"), "a host is up");
        using Peer session = _ground.Connect();

        // Names, states (up 0, down 2), and the sessions that there are.
        Await.Until(() => Walk("5.1.7") is "0 2", "the states are those of the hosts");
        Assert.Equal("\"127.0.0.11\" \"127.0.0.12\"", Walk("5.1.4"));
        Assert.Equal("\"plain\"", Walk("2.1.3"));
        Assert.Equal($"\"hosts:{Backend.Port}\"", Walk("7.1.2"));
        Await.Until(() => Walk("6.1.8") == $"{Backend.Port}", "the session is shown");

        // All at once is the same as one by one, nothing can be set, and what is not there is said.
        Assert.Equal(Snmp("snmpwalk", Info + ".7"), Snmp("snmpbulkwalk", Info + ".7"));
        Assert.Contains("No Such Instance", Snmp("snmpget", Info + ".5.1.4.99"), StringComparison.Ordinal);
        Assert.Contains("noAccess", Place.Call("snmpset", [.. Words, Info + ".5.1.4.1", "s", "x"]).Errors, StringComparison.Ordinal);

        // A host that goes down is told.
        backend.Dispose();
        Await.Until(() => File.ReadAllText(Path("traps")).Contains(".1.3.6.1.4.1.30155.3.1.2.0 = INTEGER: -1", StringComparison.Ordinal), "the trap comes");
        Assert.Contains(".1.3.6.1.4.1.30155.3.1.1.0 = STRING: \"127.0.0.11\"", File.ReadAllText(Path("traps")), StringComparison.Ordinal);

        // A master that was away gets the objects again, as from a control process that was.
        Restart();
        Await.Until(() => Walk("7.1.1") == "1", "the objects are back");
        Child control = daemon.ChildNamed("control");
        Daemon.Signal(control.Id, Libc.SIGKILL);
        Await.Until(() => !control.Lives && Walk("7.1.1") == "1", "the objects are there again");

        // A reload without it takes them away.
        _ground.Relay("127.0.0.11, 127.0.0.12", "check tcp");
        daemon.Reload();
        Await.Until(() => Walk("7.1.1").Length == 0, "the objects are gone");
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_master_that_is_not_there_is_said_once_and_a_context_is_its_own()
    {
        Stop(_master);
        _ground.Relay("127.0.0.11", "check tcp");
        _ground.Append($"agentx context \"balancers\" path \"{Path("master")}\"");
        using Daemon daemon = _ground.Start();
        daemon.AwaitLine($"agentx: no master agent is at {Path("master")}: ");

        Restart();

        daemon.AwaitLine("agentx: the master agent has taken the objects");
        Assert.Equal("", Walk("7.1.1"));
        Assert.Single(daemon.Said, static line => line.Contains("no master agent", StringComparison.Ordinal));
    }

    private static string[] Words => ["-v2c", "-c", "public", "-On", "-m", "", "127.0.0.1:1161"];

    // The values of a column, one behind the other.
    private string Walk(string column) => string.Join(' ', Snmp("snmpwalk", $"{Info}.{column}")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line.StartsWith($"{Info}.{column}.", StringComparison.Ordinal) && line.Contains(": ", StringComparison.Ordinal))
        .Select(static line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]));

    private string Snmp(string program, string name) => Place.Call(program, [.. Words, name]).Output;

    private void Restart()
    {
        Stop(_master);
        _master.Dispose();
        _master = Master();
    }

    private Process Master()
    {
        Process master = Start("exec snmpd -f -Lf \"$0/snmpd.log\" -C -c \"$0/snmpd.conf\" -p \"$0/snmpd.pid\"");
        Await.Until(() => File.Exists(Path("master")) && Snmp("snmpget", ".1.3.6.1.2.1.1.3.0").Contains("Timeticks", StringComparison.Ordinal), "the master answers");
        return master;
    }

    private Process Start(string command) => Place.Start(new ProcessStartInfo("/bin/sh", ["-c", command, Place.Folder]));

    private void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        File.Delete(Path("master"));
    }

    private string Path(string name) => global::System.IO.Path.Combine(Place.Folder, name);
}
