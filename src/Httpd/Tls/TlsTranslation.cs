using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Signing;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Tls;

/// <summary>From the words of the configuration to OpenSSL's (H-TLS-07 to H-TLS-15).</summary>
internal static class TlsTranslation
{
    private static readonly string[] _spoken = ["http/1.1"];

    /// <summary>
    /// What a socket shows its clients: the certificate of its first server, and then those of the others (H-TLS-06). A server whose
    /// certificate is of no use has no part in that; where the first one's is, there is nothing to show (H-TLS-22).
    /// </summary>
    public static IReadOnlyList<TlsSettings> Certificates(SocketPlan plan, TlsService tls)
    {
        ServerTls first = plan.Hosts[0].Server.Tls!;
        return first.Contents is null
            ? []
            : [.. plan.Hosts.Select(host => host.Server.Tls!).Distinct()
                .Where(each => each == first || each.Contents is { Certificate.Length: > 0 })
                .Select(each => Settings(each, first, plan.Key, tls.Signer, tls.TicketsFor(each.TicketLifetime)) with
                {
                    // Costs 0.4 us a request, so not everywhere.
                    ReadText = plan.AsksForPasswords ? ReadText.Erased : ReadText.Kept,
                })];
    }

    /// <summary>What a certificate is offered with.</summary>
    /// <param name="own">The server's; with contents.</param>
    /// <param name="first">That of the first server on the address and port, which says how clients are verified; with contents.</param>
    /// <param name="listener">Names the address and port.</param>
    /// <param name="signer">Who signs.</param>
    /// <param name="tickets">Keys for tickets; null for none.</param>
    public static TlsSettings Settings(ServerTls own, ServerTls first, string listener, ISigner signer, TicketKeys? tickets) => new()
    {
        Certificate = Bytes.Of(own.Contents!.Certificate),
        Signer = signer,
        KeyId = (uint)own.Contents.KeyId,
        Protocols = Protocols(own.Protocols),
        Ciphers = TlsWords.Ciphers(own.Ciphers),
        Groups = TlsWords.Groups(own.Ecdhe),
        Dhe = TlsWords.Dhe(own.Dhe),
        ApplicationProtocols = _spoken,
        OcspResponse = Bytes.Of(own.Contents.Ocsp),
        Clients = first.Client is { } client ? Clients(first.Contents!, client) : null,
        Tickets = tickets,
        Listener = Bytes.Of(listener),
    };

    private static ClientVerification Clients(TlsContents contents, ClientCertificates client) => new(
        Bytes.Of(contents.Authorities),
        Bytes.Of(contents.Revocations),
        client.Optional ? CertificateDemand.Optional : CertificateDemand.Required);

    private static TlsProtocols Protocols(Sluice.Configuration.Grammar.TlsProtocols protocols) =>
        (protocols.HasFlag(Sluice.Configuration.Grammar.TlsProtocols.Tls12) ? TlsProtocols.Tls12 : TlsProtocols.None)
        | (protocols.HasFlag(Sluice.Configuration.Grammar.TlsProtocols.Tls13) ? TlsProtocols.Tls13 : TlsProtocols.None);
}
