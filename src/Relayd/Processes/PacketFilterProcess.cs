using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Loop;
using Sluice.Engine.Netfilter;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Health;
using Sluice.Relayd.Redirections;

namespace Sluice.Relayd.Processes;

/// <summary>pfe, the process of the packet filter: keeps the rules of redirections in one table of nftables and the routes of routers, ends flows to hosts that went down, and counts.</summary>
/// <remarks>
/// It has CAP_NET_ADMIN on its one thread and no other right: it may change packet filter and routes of this machine, and speaks to the kernel alone. It opens no file, runs
/// as <c>_relayd</c> in <c>/var/empty</c>, and hears of hce only that the board says something else.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "What it opens lives as long as the process.")]
internal sealed class PacketFilterProcess
{
    private const string Tables = "sluice";

    private const int NumbersOfPlace = 8;

    // Counting takes a tenth of the time at most.
    private const int MostShare = 10;

    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _seldom = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    private readonly ChildContext _context;
    private readonly NetlinkKernel _kernel;
    private readonly RulesetEvents _events;
    private readonly RunningRules _rules;
    private readonly PacketFilterRoutes _routes;
    private readonly RareWarning _restored;
    private readonly SharedPages _counters;
    private readonly Dictionary<int, long> _counted = [];
    private readonly byte[] _message = new byte[HealthMessage.MostBytes];

    private PacketFilterProcess(ChildContext context)
    {
        _context = context;
        _restored = new RareWarning(context.Loop, context.Log);
        _counters = context.Area(Roles.RedirectCounters.Name);
        _kernel = new NetlinkKernel(context.Loop, context.Log);
        _events = RulesetEvents.Open(context.Loop, Tables, context.Role.Name);
        HealthBoard board = new(context.Area(Roles.Health.Name));
        _rules = new RunningRules(board, context.Log, _kernel);
        _routes = new PacketFilterRoutes(context, board);
    }

    /// <summary>Before the sandbox: has libnftables loaded.</summary>
    public static void WarmUp() => PacketFilter.WarmUp();

    /// <summary>Puts the process to work. It is ready when hosts are known, or were before.</summary>
    public static void Run(ChildContext context)
    {
        PacketFilterProcess process = new(context);
        context.Reconfigured = process.TakeConfiguration;
        context.PeerConnected = process.Connect;
        context.Ending = process._rules.Empty;
        foreach (Peer peer in context.AllPeers)
        {
            process.Connect(peer);
        }

        RelaydConfiguration configuration = process.Read();
        process.NameDroppingChains(configuration);
        if (!process._rules.Take(configuration))
        {
            throw new InvalidOperationException("redirections need nftables in the kernel, and the right to change it");
        }

        process._routes.Begin(configuration);
        if (process._rules.AwaitsChecks || process._routes.AwaitsChecks)
        {
            context.HoldReady();
        }

        context.Loop.SpawnVital(process.Watch);
        context.Loop.SpawnVital(process.Count);
        context.Loop.SpawnVital(process.Renew);
    }

    private RelaydConfiguration Read() => ConfigurationWire.Read(_context.Payload) ?? throw new InvalidDataException("the parent sent a slice that it did not write");

    private void TakeConfiguration()
    {
        RelaydConfiguration configuration = Read();
        _ = _rules.Take(configuration);
        _routes.Take(configuration);
    }

    private void Connect(Peer peer)
    {
        if (string.Equals(peer.Role, "hce", StringComparison.Ordinal))
        {
            _context.Loop.SpawnVital(() => Listen(peer.Channel));
        }
    }

    private async ValueTask Listen(Channel hce)
    {
        ChannelStatus status = ChannelStatus.Again;
        while (status == ChannelStatus.Again && await hce.Readable() == Wake.Ready)
        {
            bool isNews = false;
            do
            {
                ChannelResult received = hce.TryReceive(_message, out ReceivedDescriptors descriptors);
                descriptors.Dispose();
                status = received.Status;
                isNews |= status == ChannelStatus.Done && HealthMessage.Read(_message.AsSpan(0, received.LengthBytes)) is BoardChanged;
            }
            while (status == ChannelStatus.Done);
            if (isNews)
            {
                _routes.Follow();
                _ = _rules.Follow();
                _context.SayReady();
            }
        }

        hce.Dispose();
    }

    // What somebody else has taken away is put back at once, for packets of flows go astray meanwhile; ten times a second at most.
    private async ValueTask Watch()
    {
        while (await _events.Readable() == Wake.Ready)
        {
            if (!_events.TakeAll())
            {
                continue;
            }

            _restored.Say("somebody else changed the rules of redirections (table inet sluice of nftables): they are put back");
            _counted.Clear();
            _ = _rules.Restore();
            await _context.Loop.Sleep(_patience);
        }
    }

    private async ValueTask Count()
    {
        while (true)
        {
            TimeSpan began = _context.Loop.Now;
            Dictionary<int, long> opened = [];
            foreach ((int place, long flows) in _rules.Counts())
            {
                // A counter that is behind was made anew.
                long before = _counted.GetValueOrDefault(place);
                opened[place] = flows >= before ? flows - before : flows;
                _counters.Add(place * NumbersOfPlace, opened[place]);
                _counted[place] = flows;
            }

            await _rules.Level(opened);
            _context.Loop.ReadClock();
            TimeSpan took = _context.Loop.Now - began;
            await _context.Loop.Sleep(TimeSpan.FromTicks(long.Clamp((took * MostShare).Ticks, _look.Ticks, _seldom.Ticks)));
        }
    }

    private async ValueTask Renew()
    {
        while (true)
        {
            await _context.Loop.Sleep(Lease.Renewal);
            _rules.Renew();
        }
    }

    private void NameDroppingChains(RelaydConfiguration configuration)
    {
        if (configuration.Redirects.Count == 0 || !_kernel.Run("list chains\n", out string listing))
        {
            return;
        }

        foreach (string chain in FilterListing.DroppingForwards(listing))
        {
            _context.Log.Warning($"{chain} of nftables drops what it does not accept, redirected packets too: add the rule 'ct status dnat accept' there");
        }
    }
}
