using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Engine.Netfilter;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Grammar;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Relayd.Redirections;

/// <summary>Flows that are looked for, most to be forgotten: those of a redirection that go to hosts which went down, and datagrams to one that came up which are not translated (D-54).</summary>
/// <param name="isLeft">Whether the flows of a redirection to a host still are, or those that are not translated, where there is no host.</param>
internal sealed class LeftFlows(Func<Redirect, Host?, bool> isLeft)
{
    // By the address that answers, without its port.
    private readonly Dictionary<SocketAddress, List<Left>> _left = [];
    private readonly Dictionary<Redirect, int> _counts = [];
    private readonly Dictionary<(int Redirect, int Host), int> _countsOfHosts = [];
    private readonly HashSet<AddressKind> _kinds = [];

    /// <summary>The families in which there may be any.</summary>
    public IReadOnlyCollection<AddressKind> Kinds => _kinds;

    /// <summary>How many of a redirection were found.</summary>
    public int CountOf(Redirect redirect) => _counts.GetValueOrDefault(redirect);

    /// <summary>How many of a redirection were found that go to a host.</summary>
    public int CountOf(Redirect redirect, Host host) => _countsOfHosts.GetValueOrDefault((redirect.Place, host.Place));

    /// <summary>Those of a host that went down.</summary>
    public void AddHost(Redirect redirect, Table table, Host host)
    {
        foreach (VirtualAddress listen in redirect.Listens.Where(listen => RuleFamily.Of(listen.Address) == RuleFamily.Of(host.Address)))
        {
            Add(new Left(redirect, host, listen, RulesetPlan.PortsOf(listen, table) == PortUse.Translated ? table.Port : null), host.Address);
        }
    }

    /// <summary>Those that passed while the redirection was not in the rules; connections have ended by themselves.</summary>
    public void AddUntranslated(Redirect redirect)
    {
        foreach (VirtualAddress listen in redirect.Listens.Where(static listen => listen.Protocol != IpProtocols.Tcp))
        {
            Add(new Left(redirect, Host: null, listen, Port: null), listen.Address);
        }
    }

    /// <summary>Whether it is one of them; it is counted then.</summary>
    public bool Has(TrackedFlow flow)
    {
        Left? left = _left.GetValueOrDefault(flow.Answering.WithPort(0))?.Find(one => one.Has(flow) && isLeft(one.Redirect, one.Host));
        if (left is not null)
        {
            _counts[left.Redirect] = CountOf(left.Redirect) + 1;
            (int, int) key = (left.Redirect.Place, left.Host?.Place ?? 0);
            _countsOfHosts[key] = _countsOfHosts.GetValueOrDefault(key) + 1;
        }

        return left is not null;
    }

    private void Add(Left left, IPAddress answering)
    {
        SocketAddress address = At(answering);
        _ = _kinds.Add(address.Kind);
        if (!_left.TryGetValue(address, out List<Left>? same))
        {
            same = [];
            _left.Add(address, same);
        }

        same.Add(left);
    }

    private static SocketAddress At(IPAddress address) => new IPEndPoint(new IPAddress(address.GetAddressBytes()), 0).ToSocketAddress();

    /// <summary>What was caught at an address.</summary>
    /// <param name="Redirect">Whose it is.</param>
    /// <param name="Host">Whom it goes to; null for nobody.</param>
    /// <param name="Listen">Where it was sent to.</param>
    /// <param name="Port">The port that answers; null for the one that was sent to.</param>
    private sealed record Left(Redirect Redirect, Host? Host, VirtualAddress Listen, int? Port)
    {
        private readonly SocketAddress _wanted = At(Listen.Address);

        public bool Has(TrackedFlow flow) => flow.Protocol == Listen.Protocol
            && flow.Wanted.WithPort(0) == _wanted
            && flow.Wanted.Port >= Listen.Ports.First
            && flow.Wanted.Port <= Listen.Ports.Last
            && flow.Answering.Port == (Port ?? flow.Wanted.Port);
    }
}
