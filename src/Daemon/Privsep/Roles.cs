using System.Collections.Generic;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep;

/// <summary>The processes of both daemons. The parent is none of these: it keeps root's rights and serves nobody.</summary>
public static class Roles
{
    private const string Web = "www";
    private const string WebKeys = "_httpd_keys";
    private const string Relays = "_relayd";
    private const string RelayKeys = "_relayd_keys";
    private const string Scripts = "_relayd_script";
    private const string Resolver = "_resolver";

    /// <summary>httpd's.</summary>
    public static RoleTable Httpd { get; } = new(
        // The only one that writes logs; opens nothing, since the parent opens the files.
        new Role("logger", Web, RootKind.Configured, SyscallSet.Runtime)
        {
            LogFiles = LogFileUse.Writes,
        },
        // Holds the private keys and signs with them, nothing else.
        new Role("keys", WebKeys, RootKind.Empty, SyscallSet.Runtime),
        // Verifies passwords; the parent opens the files for it, and its own thread for hashes lets others go first.
        new Role("auth", WebKeys, RootKind.Empty, SyscallSet.Runtime.With(SyscallSet.OpenFiles).With(SyscallSet.LowerPriority)),
        // Tells local programs of refused requests, over datagram sockets below the chroot.
        new Role("notifier", Web, RootKind.Configured, SyscallSet.Runtime.With(SyscallSet.LocalDatagrams)),
        // Meets the network: reads the document tree, and opens no socket but to the applications of its configuration: it accepts from those that it was given.
        new Role("server", Web, RootKind.Configured, SyscallSet.Runtime.With(SyscallSet.ReadFiles))
        {
            Instances = Instances.Prefork,
            Listeners = ListenerUse.Accepts,
            StopPhase = StopPhase.First,
            Channels = ["logger", "keys", "auth", "notifier"],
            Spool = SpoolUse.Files,
            Further = new Dictionary<Preparation, SyscallSet>
            {
                [Preparation.LocalConnections] = SyscallSet.LocalStreams,
                [Preparation.RemoteConnections] = SyscallSet.OutgoingStreams,
            },
        });

    /// <summary>The health of the hosts of relayd's tables.</summary>
    public static SharedArea Health { get; } = new("health", (65536 * 8) + 1);

    /// <summary>What relayd's relays count, eight numbers for each.</summary>
    public static SharedArea RelayCounters { get; } = new("relays", 4096 * 8);

    /// <summary>What relayd's redirections count, eight numbers for each; its place is one of <see cref="Health"/>.</summary>
    public static SharedArea RedirectCounters { get; } = new("redirects", 65536 * 8);

    /// <summary>relayd's.</summary>
    public static RoleTable Relayd { get; } = new(
        // nftables, conntrack, routes: the only one with a capability, so it hears no peer but these two and the parent.
        new Role("pfe", Relays, RootKind.Empty, SyscallSet.Runtime.With(SyscallSet.Netlink))
        {
            Kept = Capabilities.NetAdmin,
            Channels = ["hce", "control"],
            Writes = RedirectCounters,
            Reads = [Health.Name],
        },
        // The control socket, statistics and AgentX; the parent opens the sockets.
        new Role("control", Relays, RootKind.Empty, SyscallSet.Runtime)
        {
            Channels = ["hce"],
            Reads = [Health.Name, RelayCounters.Name, RedirectCounters.Name],
            Steering = SteeringUse.Steers,
        },
        // Names, SRV records and files of hosts, for tables that move: the only one that reads answers of the DNS.
        new Role(
            "resolver",
            Resolver,
            RootKind.Host,
            SyscallSet.Runtime.With(SyscallSet.ReadFiles).With(SyscallSet.LocalSockets).With(SyscallSet.Network))
        {
            Steering = SteeringUse.Feeds,
        },
        // Health checks; its raw sockets for ICMP come from the parent.
        new Role("hce", Relays, RootKind.Empty, SyscallSet.Runtime.With(SyscallSet.Network))
        {
            Channels = ["script"],
            Writes = Health,
            Order = ChangeOrder.First,
        },
        // Runs check scripts: what an operator's program may do it may do as well, as a user who owns nothing. hce's first round needs it.
        new Role("script", Scripts, RootKind.Host, SyscallSet.Programs) { Order = ChangeOrder.First },
        // Holds the private keys; signs with them and issues the leaves of inspecting relays. Upstream's name is ca.
        new Role("keys", RelayKeys, RootKind.Empty, SyscallSet.Runtime),
        // Meets the network: relays traffic to hosts, which have addresses.
        new Role("relay", Relays, RootKind.Empty, SyscallSet.Runtime.With(SyscallSet.Network))
        {
            Instances = Instances.Prefork,
            Listeners = ListenerUse.Accepts,
            StopPhase = StopPhase.First,
            Channels = ["keys", "hce", "pfe", "control"],
            Writes = RelayCounters,
            Reads = [Health.Name],
        });
}
