using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Http.Logging;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// relayd.conf(5) as it was understood: every default applied, names and interfaces turned into addresses, what refers to
/// something else by its id. Each character of a string is one byte of the file (Latin-1): see <see cref="Bytes"/>.
/// </summary>
internal sealed record RelaydConfiguration
{
    /// <summary>Time from one round of checks to the next.</summary>
    public TimeSpan Interval { get; init; } = GlobalOptions.DefaultInterval;

    /// <summary>What a check may take where its table does not say.</summary>
    public TimeSpan Timeout { get; init; } = GlobalOptions.DefaultTimeout;

    /// <summary>How many relay processes run, 1 to 32.</summary>
    public int Prefork { get; init; } = GlobalOptions.DefaultPrefork;

    /// <summary>Path of the control socket.</summary>
    public string Socket { get; init; } = GlobalOptions.DefaultSocket;

    /// <summary>Where metrics are exported to; null for nowhere.</summary>
    public AgentX? AgentX { get; init; }

    /// <summary>What is logged.</summary>
    public LogSettings Log { get; init; } = LogSettings.None;

    /// <summary>Whose PROXY header is believed (D-31).</summary>
    public Sequence<Prefix> TrustedProxies { get; init; }

    /// <summary>Tables as sections use them, with ids from 1 in this order; their hosts have ids that run on from table to table.</summary>
    public Sequence<Table> Tables { get; init; }

    /// <summary>Redirections, with ids from 1 in this order.</summary>
    public Sequence<Redirect> Redirects { get; init; }

    /// <summary>Protocols of the file, with ids from 1 in this order; id 0 is <see cref="Protocol.Default"/>.</summary>
    public Sequence<Protocol> Protocols { get; init; }

    /// <summary>Relays, one for each address that is listened on, with ids from 1 in this order.</summary>
    public Sequence<Relay> Relays { get; init; }

    /// <summary>Routers, with ids from 1 in this order.</summary>
    public Sequence<Router> Routers { get; init; }

    /// <summary>Names of tags; the id of a tag is its place here, from 1.</summary>
    public Sequence<string> Tags { get; init; }

    /// <summary>Labels of error pages; the id of a label is its place here, from 1.</summary>
    public Sequence<string> Labels { get; init; }

    /// <summary>The protocol of a relay.</summary>
    /// <param name="relay">One of <see cref="Relays"/>.</param>
    public Protocol ProtocolOf(Relay relay) => relay.ProtocolId == 0 ? Protocol.Default : Protocols[relay.ProtocolId - 1];

    /// <summary>A table by its id.</summary>
    /// <param name="use">A reference of a section.</param>
    public Table TableOf(TableUse use) => Tables[use.TableId - 1];
}

/// <summary>An AgentX master agent (RFC 2741).</summary>
/// <param name="Path">Its socket.</param>
/// <param name="Context">The SNMPv3 context of our objects; null for the default one.</param>
internal sealed record AgentX(string Path, string? Context);

/// <summary>Which sessions are logged when they end.</summary>
internal enum SessionLog
{
    None,

    /// <summary>Those that ended in an error.</summary>
    Errors,

    All,
}

/// <summary>Whether debugging messages are logged.</summary>
internal enum LogLevel
{
    /// <summary>As the command line says.</summary>
    Unset,

    Brief,

    Verbose,
}

/// <summary>The <c>log</c> lines together.</summary>
internal sealed record LogSettings
{
    public static LogSettings None { get; } = new();

    /// <summary>Whether changes of a host's state are logged.</summary>
    public bool StateChanges { get; init; }

    /// <summary>Whether checks that changed nothing are logged too.</summary>
    public bool HostChecks { get; init; }

    public SessionLog Sessions { get; init; }

    public LogLevel Level { get; init; }

    /// <summary>How requests of HTTP relays are logged, a line each; null where they are not.</summary>
    public LogStyle? Requests { get; init; }
}
