using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Redirections;

namespace Sluice.System.Failover;

/// <summary>A machine of a pair: a server of its own, relayd in front of it on an address that only one of both has at a time, and keepalived(8), which gives it to the one.</summary>
internal sealed class Node : IDisposable
{
    /// <summary>The address that both share.</summary>
    public const string Shared = "10.8.0.100";

    /// <summary>Where relayd listens on it.</summary>
    public const int Port = 80;

    private readonly Place _place = new();
    private readonly Server _server;
    private readonly Process _keepalived;

    public Node(Place network, string name, int number, int priority)
    {
        string netns = _place.Run(static () => "/proc/" + new FileInfo("/proc/thread-self").LinkTarget + "/ns/net");
        network.Tool("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", netns);
        network.Tool("ip", "link", "set", name, "master", "br0", "up");
        _place.Tool("ip", "address", "add", $"10.8.0.{number}/24", "dev", "eth0");
        _place.Tool("ip", "link", "set", "eth0", "up");
        _server = new Server(_place, name, "127.0.0.1").Begin();
        File.WriteAllText(Configuration, $$"""
            interval 1
            timeout 500
            log state changes
            table <servers> { 127.0.0.1 }
            relay "www" {
                listen on {{Shared}} port {{Port}}
                forward to <servers> port 8080 check tcp demote pair
            }

            """);
        Daemon = Daemon.Start(_place, Configuration, "relayd");
        string pair = Path.Combine(_place.Folder, "keepalived.conf");
        File.WriteAllText(pair, string.Create(CultureInfo.InvariantCulture, $$"""
            global_defs {
                vrrp_version 3
                router_id {{name}}
                vrrp_garp_master_refresh 0
            }
            track_file relayd {
                file "/run/relayd.pair.demote"
                weight -20
            }
            vrrp_script relayd {
                script "/bin/sh -c 'ss -Hxl src /var/run/relayd.sock | grep -q .'"
                user root
                interval 1
                weight -40
            }
            vrrp_instance pair {
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority {{priority}}
                advert_int 0.1
                virtual_ipaddress {
                    {{Shared}}/24
                }
                track_file {
                    relayd
                }
                track_script {
                    relayd
                }
            }

            """));
        _keepalived = _place.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec keepalived -n -P -f \"$0\" > /dev/null 2>&1", pair]));
    }

    public Daemon Daemon { get; private set; }

    /// <summary>Whether this machine has the address.</summary>
    public bool HasAddress => _place.Tool("ip", "-o", "address", "show", "dev", "eth0").Contains(Shared, StringComparison.Ordinal);

    /// <summary>What keepalived reads.</summary>
    public string Demotions => _place.Tool("cat", "/run/relayd.pair.demote");

    private string Configuration => Path.Combine(_place.Folder, "relayd.conf");

    public void KillServer() => _server.Kill();

    public void ReviveServer() => _server.Begin();

    /// <summary>Ends all processes of relayd at once, as a crash of all would.</summary>
    public void KillDaemon()
    {
        foreach (int id in Daemon.Children.Select(static child => child.Id).Prepend(Daemon.Id).ToArray())
        {
            Daemon.Signal(id, Libc.SIGKILL);
        }

        Daemon.Dispose();
    }

    public void StartDaemon() => Daemon = Daemon.Start(_place, Configuration, "relayd");

    public void Dispose()
    {
        Daemon.Signal(_keepalived.Id, Libc.SIGTERM);
        _keepalived.WaitForExit();
        _keepalived.Dispose();
        Daemon.Dispose();
        _server.Dispose();
        _place.Dispose();
    }
}
