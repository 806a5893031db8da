using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration.Grammar;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Processes;

/// <summary>The sockets that relays listen on, as the parent opens them.</summary>
internal static class RelaySockets
{
    // A client of HTTP or TLS speaks first; on other relays the server may.
    private static readonly TimeSpan _deferAccept = TimeSpan.FromSeconds(1);

    /// <summary>How parent and relays name the socket of a relay: by its address, which no two have that take the same: connections or datagrams.</summary>
    public static string KeyOf(Relay relay, Protocol protocol) => $"relay {relay.Listen}{(protocol.Type == ProtocolType.Dns ? " udp" : "")}";

    /// <summary>All sockets of a configuration.</summary>
    public static IReadOnlyList<ListenRequest> Of(RelaydConfiguration configuration) =>
        [.. configuration.Relays.Select(relay => Request(relay, configuration.ProtocolOf(relay)))];

    private static ListenRequest Request(Relay relay, Protocol protocol) => new(
        KeyOf(relay, protocol),
        relay.Listen.ToSocketAddress(),
        protocol.Type == ProtocolType.Dns
            ? new ListenOptions { Kind = ListenKind.Datagram, IsTransparent = TakesOthers(relay) }
            : Options(protocol.Tcp, protocol.Type == ProtocolType.Http || relay.Tls ? _deferAccept : null) with { IsTransparent = TakesOthers(relay) });

    // What was sent to others comes here by TPROXY, which leaves packets as they are.
    private static bool TakesOthers(Relay relay) => relay.Forward.Lookup != Lookup.None;

    private static ListenOptions Options(TcpOptions options, TimeSpan? deferAccept) => new()
    {
        // listen(2) with 0 queues nothing on some systems: none configured is our default (D-28).
        Backlog = options.Backlog is > 0 and { } backlog ? backlog : new ListenOptions().Backlog,
        DeferAccept = deferAccept,
        NoDelay = options.NoDelay != Setting.Off,
        TimeToLive = options.Ttl is > 0 and { } ttl ? ttl : null,
        MinimumTimeToLive = options.MinTtl is > 0 and { } minimum ? minimum : null,
        ReceiveBuffer = options.SocketBuffer,
        SendBuffer = options.SocketBuffer,
    };
}
