using System.Linq;

using Sluice.Configuration;
using Sluice.Engine.Tls;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Tls;

/// <summary>From the words of the configuration to OpenSSL's (H-TLS-07 to H-TLS-15).</summary>
internal static class TlsTranslation
{
    private static readonly string[] _spoken = ["http/1.1"];

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
        Ciphers = Ciphers(own.Ciphers),
        Groups = Groups(own.Ecdhe),
        Dhe = own.Dhe is "none" ? DhParameters.None : DhParameters.Automatic,
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

    // D-41. What the wider names add is bounded by OpenSSL's security level.
    private static string Ciphers(string ciphers) => ciphers switch
    {
        "secure" or "default" => TlsSettings.StrictCiphers,
        "compat" => "HIGH:!aNULL",
        "legacy" => "HIGH:MEDIUM:!aNULL",
        "insecure" or "all" => "ALL:!aNULL:!eNULL",
        _ => ciphers,
    };

    private static string Groups(string curves) => curves is "default"
        ? TlsSettings.UsualGroups
        : string.Join(':', curves.Split(',', ':').Select(curve => curve.Trim(' ', '\t')));
}
