using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health.Checks;

namespace Sluice.Relayd.Health;

/// <summary>Makes the check that a host's table asks for.</summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="preparation">What it has loaded.</param>
internal sealed class CheckMaker(EventLoop loop, Preparation preparation)
{
    private readonly StreamCheck _streams = new(loop);
    private readonly QueryCheck _queries = new(loop);
    private readonly Dictionary<AddressKind, EchoCheck> _echoes = [];

    /// <summary>Who has scripts run.</summary>
    public ScriptRuns Scripts { get; } = new(loop);

    /// <summary>Hosts of this family can be checked by echo requests.</summary>
    public void Use(AddressKind kind, EchoCheck echoes) => _echoes[kind] = echoes;

    /// <summary>Whether hosts of this family can be checked so.</summary>
    public bool HasEchoes(AddressKind kind) => _echoes.ContainsKey(kind);

    /// <summary>What speaks TLS with the hosts of a table; null where its check does not ask for that. Without authorities hosts may have any certificate, and be as old as they like: that is
    /// not for a check to judge.</summary>
    public TlsConnector? Connect(Table table)
    {
        if (!preparation.HasFlag(Preparation.Tls) || Check.TransportOf(table.Check) != CheckTransport.Tls)
        {
            return null;
        }

        // The parent has tried the same.
        return TlsConnector.Create(new TlsConnectorSettings { Servers = table.Authorities?.ForServers() }, out _);
    }

    /// <summary>Checks a host.</summary>
    /// <param name="host">One that is checked.</param>
    public ValueTask<CheckOutcome> Run(CheckedHost host)
    {
        CheckedTable table = host.Table;
        DialOptions options = new(table.Within, host.Host.Ttl ?? 0);
        return table.Table.Check switch
        {
            IcmpCheck when _echoes.TryGetValue(host.Address.Kind, out EchoCheck? echoes) => echoes.Run(host.Place, host.Echo, host.Address, options),
            IcmpCheck => new(CheckOutcome.Of(CheckResult.TcpSocketError)),
            DnsCheck => _queries.Run(table.Question!, host.Address, options),
            ScriptCheck script => Scripts.Run(host.Script, script.Path, host.Host.Name, table.Table.Timeout),
            _ => _streams.Run(table.Plan!, host.Address, options, host.Tls),
        };
    }
}
