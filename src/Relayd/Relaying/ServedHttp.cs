using System;
using System.Text;

using Sluice.Daemon.Program;
using Sluice.Engine.Loop;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Logging;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Rules;
using Sluice.Relayd.Tables.Scheduling;

namespace Sluice.Relayd.Relaying;

/// <summary>What the sessions of an http relay go by, beside what those of every relay do.</summary>
internal sealed class ServedHttp
{
    /// <summary>A head has so much time from its first byte to its last, where a session's timeout is longer.</summary>
    private static readonly TimeSpan _mostForHead = TimeSpan.FromSeconds(60);

    // Before it is looked whether a client still waits.
    private static readonly TimeSpan _beforeLook = TimeSpan.FromSeconds(1);

    // Hosts often close after 60 s or more.
    private static readonly TimeSpan _mostIdle = TimeSpan.FromSeconds(30);

    private static readonly HttpLimits _limits = HttpLimits.Default;

    /// <summary>Makes it ready.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="relay">One of its relays.</param>
    /// <param name="environment">What all relays of the process share.</param>
    /// <param name="hash">Keyed as the relay's tables are.</param>
    public ServedHttp(RelaydConfiguration configuration, Relay relay, RelayEnvironment environment, SipHash hash)
    {
        EventLoop loop = environment.Loop;
        Protocol protocol = configuration.ProtocolOf(relay);
        Configuration = configuration;
        Rules = RuleSet.Of(protocol, configuration, environment.Rules);
        Facts = new RelayFacts(relay.Listen.ToSocketAddress(), (int)relay.SessionTimeout.TotalSeconds, hash);
        Limits = HeadLimits.Relayd with { LineBytes = protocol.Http.HeaderLengthBytes };
        WebSockets = protocol.Http.WebSockets;
        string place = $"{relay.Listen.Address} port {relay.Listen.Port}";
        Page = protocol.ErrorPage is { } style ? new RelayPage(style.Style, place) : null;
        MaintenancePage = protocol.Maintenance is { } retry ? new RelayPage(protocol.ErrorPage?.Style, place, retry) : null;
        HeadTimeout = loop.Timeouts(Shorter(relay.SessionTimeout, _mostForHead));
        ReaderPace = new Pace(loop.Timeouts(Shorter(relay.SessionTimeout, _limits.ProgressPeriod)), _limits.ProgressBytes);

        // A session that inspects has one host, which knows its client by a name; and of those that clients mean there are as many as they like.
        Pool = protocol.Http.Reuse && !protocol.Inspects(relay) && relay.Forward.Lookup == Lookup.None ? new HostPool(loop.Timeouts(_mostIdle), environment.Health) : null;
        Trusted = protocol.Http.Forwarded ? environment.TrustedProxies : null;
        Name = Encoding.Latin1.GetBytes(relay.Name);
        RequestLines = configuration.Log.Requests;
        RequestIdField = protocol.Http.RequestIdField is { } name ? Encoding.ASCII.GetBytes(name) : null;
        RequestTrailers = new ClaimedFields(protocol, Direction.Request, RequestIdField).MaySend;
        ResponseTrailers = new ClaimedFields(protocol, Direction.Response, own: null).MaySend;
        Patience = loop.Timeouts(_beforeLook);
        LingerTime = loop.Timeouts(_limits.LingerTime);
    }

    /// <summary>What its tags and labels are of.</summary>
    public RelaydConfiguration Configuration { get; }

    /// <summary>The filter rules; null where there are none.</summary>
    public RuleSet? Rules { get; }

    /// <summary>What rules know of the relay.</summary>
    public RelayFacts Facts { get; }

    /// <summary>Connections to hosts that no session needs now; null where each session has its own.</summary>
    public HostPool? Pool { get; }

    /// <summary>Whose X-Forwarded-For is believed; null where nobody's is.</summary>
    public AddressSet? Trusted { get; }

    /// <summary>As the access log shows it.</summary>
    public byte[] Name { get; }

    /// <summary>What lines of the access log hold; null where there are none.</summary>
    public LogStyle? RequestLines { get; }

    /// <summary>The field that tells each request from all others; null for none.</summary>
    public byte[]? RequestIdField { get; }

    /// <summary>Which fields may come behind the body of a request.</summary>
    public FieldFilter RequestTrailers { get; }

    /// <summary>The same of a response.</summary>
    public FieldFilter ResponseTrailers { get; }

    /// <summary>Of heads in either direction.</summary>
    public HeadLimits Limits { get; }

    /// <summary>Whether a session may become one of WebSocket.</summary>
    public bool WebSockets { get; }

    /// <summary>Tells clients of errors; null where they are just closed.</summary>
    public RelayPage? Page { get; }

    /// <summary>Tells clients that hosts are in maintenance; null where they are told of no maintenance.</summary>
    public RelayPage? MaintenancePage { get; }

    /// <summary>How long a request's head may take from its first byte.</summary>
    public DeadlineQueue HeadTimeout { get; }

    /// <summary>How long a host may take before it is looked whether its client still waits.</summary>
    public DeadlineQueue Patience { get; }

    /// <summary>How fast a client has to take a response.</summary>
    public Pace ReaderPace { get; }

    /// <summary>How long a client is read from that is told to go, so that it reads what it was told.</summary>
    public DeadlineQueue LingerTime { get; }

    /// <summary>Bytes that are thrown away meanwhile.</summary>
    public long LingerBytes { get; } = _limits.LingerBytes;

    /// <summary>What tells a client that its request is refused; null where it is just closed.</summary>
    public RelayPage? PageOf(Refusal refusal) => refusal.Status == 0 ? null : refusal == Refusal.Maintenance ? MaintenancePage : Page;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
