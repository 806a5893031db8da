using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Signing;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>What relays speak with clients, from the words of the configuration to OpenSSL's (R-TLS-02 to -09).</summary>
internal static class ClientSide
{
    /// <summary>How long a session can be resumed; keys of tickets are replaced four times within (R-TLS-08).</summary>
    public static TimeSpan TicketLifetime { get; } = TimeSpan.FromHours(2);

    /// <summary>The number of <see cref="SharedTickets"/> of a protocol; 0 where its tickets are the daemon's own.</summary>
    public static int TicketNumber(Protocol protocol) => protocol.Tls.TicketFile is null ? 0 : protocol.Id;

    private static readonly string[] _http = ["http/1.1"];

    /// <summary>What a relay's certificates are offered with, the default one first.</summary>
    /// <param name="relay">With what they contain.</param>
    /// <param name="options">Those of its protocol.</param>
    /// <param name="signer">Who signs.</param>
    /// <param name="tickets">Keys for tickets; null for none.</param>
    /// <param name="type">What is relayed: of HTTP its version is agreed on (D-44).</param>
    public static IReadOnlyList<TlsSettings> Settings(
        Relay relay, RelayTls options, ISigner signer, TicketKeys? tickets, ProtocolType type = ProtocolType.Tcp) =>
        [.. relay.Certificates.Select(certificate => new TlsSettings
        {
            Certificate = Bytes.Of(certificate.Chain),
            Signer = signer,
            KeyId = (uint)certificate.KeyId,
            Protocols = options.Spoken,
            Ciphers = TlsWords.Ciphers(options.Ciphers),
            CipherOrder = options.CipherServerPreference ? CipherOrder.Own : CipherOrder.Client,
            Groups = TlsWords.Groups(options.Ecdhe),
            Dhe = TlsWords.Dhe(options.Edh),
            ApplicationProtocols = type == ProtocolType.Http ? _http : [],
            OcspResponse = Bytes.Of(certificate.Staple),
            Clients = relay.ClientAuthorities is { } authorities
                ? new ClientVerification(Bytes.Of(authorities.Certificates), Bytes.Of(authorities.RevocationLists), CertificateDemand.Required)
                : null,
            Tickets = options.SessionTickets ? tickets : null,
            // Machines that share tickets have addresses of their own.
            Listener = Bytes.Of(options.TicketFile is null ? relay.Listen.ToString() : $"relay {relay.Name}"),
        })];
}
