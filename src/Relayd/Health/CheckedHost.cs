using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Dns;
using Sluice.Relayd.Health.Checks;

namespace Sluice.Relayd.Health;

/// <summary>A table whose hosts are checked, of the newest configuration.</summary>
/// <param name="table">As it was read.</param>
/// <param name="within">The time of a check.</param>
/// <param name="connector">Speaks TLS with its hosts; null where it does not ask for that.</param>
internal sealed class CheckedTable(Table table, DeadlineQueue within, TlsConnector? connector)
{
    public Table Table => table;

    public DeadlineQueue Within => within;

    public TlsConnector? Connector => connector;

    /// <summary>What is said and expected; null for checks that make no connection.</summary>
    public ExchangePlan? Plan { get; } = ExchangePlan.Of(table.Check);

    /// <summary>What name servers are asked; null for other checks.</summary>
    public byte[]? Question { get; } = table.Check is DnsCheck check ? DnsMessage.QuestionFor(check.Name) : null;

    /// <summary>Whether the operator has taken it out of service, or the configuration.</summary>
    public bool IsDisabled { get; set; }

    public List<CheckedHost> Hosts { get; } = [];
}

/// <summary>A host, and how its check stands. It stays the same object over reloads as long as it has its place.</summary>
internal sealed class CheckedHost
{
    // What knows it.
    private TlsConnector? _connector;

    /// <summary>A host that was not there before.</summary>
    /// <param name="check">Checks it.</param>
    public CheckedHost(Func<CheckedHost, ValueTask> check)
    {
        Check = () => check(this);
    }

    /// <summary>Its check, as a session of the loop; made once.</summary>
    public Func<ValueTask> Check { get; }

    public Host Host { get; private set; } = null!;

    public CheckedTable Table { get; private set; } = null!;

    /// <summary>Address and port.</summary>
    public SocketAddress Address { get; private set; }

    /// <summary>What is known of it; the board has the same.</summary>
    public HostHealth Health { get; set; }

    /// <summary>Those that share what is found out about it.</summary>
    public List<CheckedHost> Children { get; } = [];

    /// <summary>Whether it waits for its check, or is checked.</summary>
    public CheckPhase Phase { get; set; }

    /// <summary>Whether somebody waits for its first result.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Whether no configuration has it any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>When its check began.</summary>
    public TimeSpan Began { get; set; }

    /// <summary>When sessions found it down last; null for never.</summary>
    public TimeSpan? Failed { get; set; }

    /// <summary>What TLS knows of it; null where its table does not ask for that.</summary>
    public TlsPeer? Tls { get; private set; }

    public EchoWait Echo => field ??= new EchoWait();

    public ScriptWait Script => field ??= new ScriptWait();

    public int Place => Host.Place;

    /// <summary>Whether it gets checks of its own.</summary>
    public bool IsChecked => Host.ParentId == 0 && Table.Table.Check is not null && !Table.IsDisabled && !IsDisabled;

    public bool IsDisabled => Health.Withdrawal.HasFlag(Withdrawal.Disabled);

    /// <summary>It stands in a configuration.</summary>
    public void Take(Host host, CheckedTable table)
    {
        Host = host;
        Table = table;
        Span<byte> address = stackalloc byte[16];
        _ = host.Address.TryWriteBytes(address, out int length);
        uint zone = length == 16 ? (uint)host.Address.ScopeId : 0;
        Address = SocketAddress.FromIp(address[..length], table.Table.PortOf(host), zone);
        Tls = ReferenceEquals(_connector, table.Connector) ? Tls : table.Connector?.For(host.HostName);
        _connector = table.Connector;
        Children.Clear();
    }
}

/// <summary>Where a host's check stands.</summary>
internal enum CheckPhase
{
    /// <summary>It waits for the next round.</summary>
    Idle,

    /// <summary>It is to begin when there is room.</summary>
    Waiting,

    Running,
}
