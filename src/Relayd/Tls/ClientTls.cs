using System;
using System.Linq;

using Sluice.Daemon.Keys;
using Sluice.Engine.Loop;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>TLS of a relay towards its clients, under one configuration.</summary>
/// <param name="Context">Who the relay is; null where no handshake can succeed, which was said.</param>
/// <param name="Handshakes">Those of the process.</param>
/// <param name="Within">How long a handshake may take.</param>
/// <param name="Authorities">Of whom clients must have certificates; null where they need none.</param>
/// <param name="Inspection">Shows clients copies of hosts' certificates; null where the relay shows its own.</param>
internal sealed record ClientTls(TlsContext? Context, Handshakes Handshakes, DeadlineQueue Within, Authorities? Authorities, Inspection? Inspection)
{
    /// <summary>How often what it is made of was replaced since the configuration was read (D-46).</summary>
    private int Renewals { get; init; }

    // As for the head of a request: what has not begun is not to cost memory for ten minutes (D-71).
    private static readonly TimeSpan _mostForHandshake = TimeSpan.FromSeconds(60);

    /// <summary>That of a relay.</summary>
    /// <param name="relay">One with <c>tls</c>.</param>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="tls">That of the process.</param>
    /// <param name="loop">The loop of the process.</param>
    public static ClientTls Of(Relay relay, Protocol protocol, TlsService tls, EventLoop loop)
    {
        string name = $"relay {relay.Name}";
        DeadlineQueue within = WithinOf(relay, loop);
        if (!protocol.Inspects(relay))
        {
            TlsContext? context = tls.Make(
                name, ClientSide.Settings(relay, protocol.Tls, tls.Signer, tls.TicketsFor(ClientSide.TicketLifetime, ClientSide.TicketNumber(protocol)), protocol.Type));
            return new ClientTls(context, tls.Handshakes, within, relay.ClientAuthorities, Inspection: null) { Renewals = RenewalsOf(relay, protocol) };
        }

        // Without tickets: with one a client would see no certificate, and not learn that this is another one now.
        TlsSettings settings = ClientSide.Settings(relay, protocol.Tls, tls.Signer, tickets: null, protocol.Type)[0] with
        {
            Hello = HelloAnswer.Chosen,
            OcspResponse = default,
        };
#pragma warning disable CA2000 // It ends with the configuration.
        Inspection inspection = new(protocol.Tls.Inspecting!, settings, tls.Signer);
#pragma warning restore CA2000
        tls.Own(inspection);
        return new ClientTls(tls.Make(name, [settings]), tls.Handshakes, within, relay.ClientAuthorities, inspection) { Renewals = RenewalsOf(relay, protocol) };
    }

    /// <summary>With certificates that were replaced; itself where they are the same.</summary>
    /// <inheritdoc cref="Of"/>
    public ClientTls Renewed(Relay relay, Protocol protocol, TlsService tls, EventLoop loop)
    {
        if (Renewals == RenewalsOf(relay, protocol))
        {
            return this;
        }

        ClientTls renewed = Of(relay, protocol, tls, loop);
        if (renewed.Context is null)
        {
            // The parent has tried the same; what was said is all that happens.
            return this with { Renewals = renewed.Renewals };
        }

        tls.Retire(Context, Inspection);
        return renewed;
    }

    /// <summary>How long a client of a relay may take for a handshake, be it with the relay or with a host.</summary>
    public static DeadlineQueue WithinOf(Relay relay, EventLoop loop) => loop.Timeouts(relay.SessionTimeout < _mostForHandshake ? relay.SessionTimeout : _mostForHandshake);

    private static int RenewalsOf(Relay relay, Protocol protocol) =>
        relay.Certificates.Sum(static files => files.Renewals) + (protocol.Inspects(relay) ? protocol.Tls.Inspecting!.Renewals : 0);

    /// <summary>Whether a connection has to do the same under both before it is relayed; null speaks plainly. What was inspected is bound to its host, and never the same.</summary>
    public static bool DemandTheSame(ClientTls? one, ClientTls? other) =>
        (one is null) == (other is null) && Equals(one?.Authorities, other?.Authorities) && one?.Inspection is null && other?.Inspection is null;
}
