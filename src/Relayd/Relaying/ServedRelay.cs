using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Rules;
using Sluice.Relayd.Tables;
using Sluice.Relayd.Tls;

namespace Sluice.Relayd.Relaying;

/// <summary>A relay under one configuration: all that its sessions go by. They keep it to their end (D-32).</summary>
internal sealed class ServedRelay
{
    private readonly Sequence<string> _tags;
    private readonly HealthBoard _health;
    private readonly TlsConnector? _connector;

    /// <summary>Makes it ready.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="relay">One of its relays.</param>
    /// <param name="environment">What all relays of the process share.</param>
    public ServedRelay(RelaydConfiguration configuration, Relay relay, RelayEnvironment environment)
    {
        Protocol protocol = configuration.ProtocolOf(relay);
        _tags = configuration.Tags;
        Name = relay.Name;
        Id = relay.Id;
        Place = relay.Place;
        Generation = environment.Generation;
        IsDisabled = relay.IsDisabled;
        ClosesOnHostDown = relay.ClosesOnHostDown;
        FixedPort = relay.Forward.Address?.Port ?? 0;
        Logging = configuration.Log.Sessions;
        Listen = relay.Listen.ToSocketAddress();
        Timeout = environment.Loop.Timeouts(relay.SessionTimeout);
        IsOfDatagrams = protocol.Type == ProtocolType.Dns;
        Filter = protocol.Type == ProtocolType.Dns ? null : TcpFilter.Of(protocol);
        HelloWithin = Filter is { NeedsServerName: true } ? ClientTls.WithinOf(relay, environment.Loop) : null;
        _health = environment.Health;
        _connector = relay.Forward.Tls ? environment.Connectors.Of(protocol, relay) : null;
        Chain = new TableChain(configuration, relay, _health, _connector);
        Http = protocol.Type == ProtocolType.Http ? new ServedHttp(configuration, relay, environment, Chain.Hash) : null;
        Tls = relay.Tls ? ClientTls.Of(relay, protocol, environment.Tls, environment.Loop) : null;

        // What has to be encrypted cannot be spliced.
        Pipes = protocol.Splice && !relay.Tls && !relay.Forward.Tls ? environment.Pipes : null;
        ProxyVersion = relay.Forward.ProxyProtocol;
        Options = OptionsOf(protocol.Tcp) with { SpeaksFirst = protocol.Type == ProtocolType.Http || relay.Forward.Tls };
        Meant = relay.Forward.Lookup == Lookup.None ? null : new MeantAddress(relay.Name, relay.Forward.Lookup, Listen, environment.Misled);
        Sockets = relay.Forward.IsTransparent ? environment.Sockets : null;
        TrustedProxies = relay.ProxyProtocol ? environment.TrustedProxies : null;
    }

    /// <summary>As the log shows it.</summary>
    public string Name { get; }

    /// <summary>As relayctl(8) shows it.</summary>
    public int Id { get; }

    /// <summary>Where its counters stand.</summary>
    public int Place { get; }

    /// <summary>Which configuration it is of.</summary>
    public uint Generation { get; }

    /// <summary>The same relay under the next configuration; null as long as there is none, and where that does not have it.</summary>
    public ServedRelay? Successor { get; set; }

    /// <summary>The last of those that followed, as far as a client of this one did what they demand.</summary>
    public ServedRelay Newest
    {
        get
        {
            ServedRelay newest = this;
            while (newest.Successor is { } next && (next.Http is null) == (Http is null) && ClientTls.DemandTheSame(next.Tls, Tls))
            {
                newest = next;
            }

            return newest;
        }
    }

    /// <summary>Whether clients send datagrams, and make no connections.</summary>
    public bool IsOfDatagrams { get; }

    /// <summary>Whether clients are closed as soon as they come (R-RELAY-15).</summary>
    public bool IsDisabled { get; }

    /// <summary>Whether sessions end when their host goes down.</summary>
    public bool ClosesOnHostDown { get; }

    /// <summary>Which sessions are logged when they end.</summary>
    public Configuration.SessionLog Logging { get; }

    /// <summary>The port that sessions go to whatever their host is; 0 where that is not fixed.</summary>
    public int FixedPort { get; }

    /// <summary>Where it listens.</summary>
    public SocketAddress Listen { get; }

    /// <summary>How long a session may be idle, and a host take to answer.</summary>
    public DeadlineQueue Timeout { get; }

    /// <summary>How TLS is spoken with clients; null where they speak plainly.</summary>
    public ClientTls? Tls { get; private set; }

    /// <summary>Which clients are served; null for all.</summary>
    public TcpFilter? Filter { get; }

    /// <summary>How long a client may take until it has said which name it asks for; null where nobody wants to know.</summary>
    public DeadlineQueue? HelloWithin { get; }

    /// <summary>What an http relay goes by; null for one of plain connections.</summary>
    public ServedHttp? Http { get; }

    /// <summary>Where sessions go to.</summary>
    public TableChain Chain { get; private set; }

    /// <summary>For splicing; null where everything is copied.</summary>
    public PipePool? Pipes { get; }

    /// <summary>Version of the PROXY header that hosts are sent; 0 for none.</summary>
    public int ProxyVersion { get; }

    /// <summary>What connections to hosts are like. A request, or the beginning of a handshake, is here when one is made.</summary>
    public ConnectOptions Options { get; }

    /// <summary>Where clients meant to go; null where that is no matter.</summary>
    public MeantAddress? Meant { get; }

    /// <summary>Sockets with clients' addresses, from which hosts are connected to; null where they see the relay's.</summary>
    public SocketStock? Sockets { get; }

    /// <summary>Whose PROXY headers are believed; null where connections begin with none.</summary>
    public AddressSet? TrustedProxies { get; }

    /// <summary>Its certificates may have been replaced: whoever comes from now on is shown the new ones, and all else stays as it is (D-46).</summary>
    /// <param name="configuration">The whole configuration, in which nothing else has changed.</param>
    /// <param name="relay">This one in it.</param>
    /// <param name="tls">That of the process.</param>
    /// <param name="loop">The loop of the process.</param>
    public void Renew(RelaydConfiguration configuration, Relay relay, TlsService tls, EventLoop loop) => Tls = Tls?.Renewed(relay, configuration.ProtocolOf(relay), tls, loop);

    /// <summary>Its tables have other hosts: whoever comes from now on is sent to these, and all else stays as it is (D-58).</summary>
    /// <inheritdoc cref="Renew"/>
    public void Move(RelaydConfiguration configuration, Relay relay) => Chain = new TableChain(configuration, relay, _health, _connector);

    /// <summary>How the log names a tag.</summary>
    /// <param name="id">From 1; 0 for none.</param>
    public string TagName(int id) => id == 0 ? "0" : _tags[id - 1];

    private static ConnectOptions OptionsOf(TcpOptions options) => new()
    {
        NoDelay = options.NoDelay != Setting.Off,
        TimeToLive = options.Ttl is > 0 and { } ttl ? ttl : null,
        MinimumTimeToLive = options.MinTtl is > 0 and { } minimum ? minimum : null,
        ReceiveBuffer = options.SocketBuffer,
        SendBuffer = options.SocketBuffer,
    };
}

/// <summary>What all relays of a process have in common under one configuration.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Generation">Which configuration.</param>
/// <param name="Health">Which hosts may serve.</param>
/// <param name="Pipes">For splicing.</param>
/// <param name="Rules">What filter rules share.</param>
/// <param name="Tls">TLS towards clients.</param>
/// <param name="TrustedProxies">Who is believed about its clients.</param>
/// <param name="Connectors">Speak TLS with hosts.</param>
internal sealed record RelayEnvironment(
    EventLoop Loop, uint Generation, HealthBoard Health, PipePool Pipes, RuleEnvironment Rules, TlsService Tls, AddressSet TrustedProxies, HostConnectors Connectors)
{
    /// <summary>Says that clients came to a relay who meant nobody else; null where nobody is told.</summary>
    public RareWarning? Misled { get; init; }

    /// <summary>Sockets with clients' addresses; null where no relay is transparent.</summary>
    public SocketStock? Sockets { get; init; }
}
