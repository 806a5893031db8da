using System;

namespace Sluice.Relayd.Configuration;

/// <summary>The global options as they are read, and what holds where nothing is said.</summary>
internal sealed class GlobalOptions
{
    public const int DefaultPrefork = 3;
    public const string DefaultSocket = "/var/run/relayd.sock";
    public const string DefaultAgentXPath = "/var/agentx/master";

    public static TimeSpan DefaultInterval { get; } = TimeSpan.FromSeconds(10);

    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromMilliseconds(200);

    public static TimeSpan DefaultSessionTimeout { get; } = TimeSpan.FromSeconds(600);

    /// <summary>The same of a relay of the DNS: resolvers have asked again by then.</summary>
    public static TimeSpan DefaultQueryTimeout { get; } = TimeSpan.FromSeconds(10);

    public static TimeSpan DefaultMaintenance { get; } = TimeSpan.FromSeconds(60);

    public TimeSpan Interval { get; set; } = DefaultInterval;

    public TimeSpan Timeout { get; set; } = DefaultTimeout;

    public int Prefork { get; set; } = DefaultPrefork;

    public string Socket { get; set; } = DefaultSocket;

    public AgentX? AgentX { get; set; }

    public LogSettings Log { get; set; } = LogSettings.None;
}
