using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration;

/// <summary>The <c>tls</c> options of a protocol, towards clients and hosts (R-TLS-02 to -32).</summary>
internal sealed record RelayTls
{
    public static RelayTls Default { get; } = new();

    public TlsProtocols Protocols { get; init; } = TlsProtocols.Tls12 | TlsProtocols.Tls13;

    /// <summary>The same for OpenSSL.</summary>
    public Engine.Tls.TlsProtocols Spoken =>
        (Protocols.HasFlag(TlsProtocols.Tls12) ? Engine.Tls.TlsProtocols.Tls12 : Engine.Tls.TlsProtocols.None)
        | (Protocols.HasFlag(TlsProtocols.Tls13) ? Engine.Tls.TlsProtocols.Tls13 : Engine.Tls.TlsProtocols.None);

    /// <summary>A named set or an OpenSSL list.</summary>
    public string Ciphers { get; init; } = "secure";

    /// <summary>Curves in order of preference, or <c>default</c>.</summary>
    public string Ecdhe { get; init; } = "default";

    /// <summary><c>none</c>, <c>auto</c> or <c>legacy</c>.</summary>
    public string Edh { get; init; } = "none";

    /// <summary>Whether our order of ciphers counts, not the client's.</summary>
    public bool CipherServerPreference { get; init; } = true;

    /// <summary>Whether tickets are given out.</summary>
    public bool SessionTickets { get; init; }

    /// <summary>File of what the keys of tickets come from, where several machines have them in common; null where this daemon makes its own.</summary>
    public string? TicketFile { get; init; }

    /// <summary>File of those who may issue certificates of hosts; null where these are not verified.</summary>
    public string? CaFile { get; init; }

    /// <summary>File of the certificates of hosts that are not valid any more; null where none is asked for.</summary>
    public string? CaRevocations { get; init; }

    /// <summary>What stands in these two; null where no relay needs it.</summary>
    public Authorities? HostAuthorities { get; init; }

    /// <summary>File of those who may issue certificates of clients; null where none is asked for.</summary>
    public string? ClientCa { get; init; }

    /// <summary>File of the certificates of clients that are not valid any more; null where none is asked for.</summary>
    public string? ClientRevocations { get; init; }

    /// <summary>File of the certificate that inspection issues others with; null for none.</summary>
    public string? CaCertificate { get; init; }

    /// <summary>Its key; null for none.</summary>
    public CaKey? CaKey { get; init; }

    /// <summary>Whether inspection goes on where a host does not prove who it is, with a certificate that no client trusts.</summary>
    public bool InspectsInvalid { get; init; }

    /// <summary>By what relays with <c>tls</c> on both sides inspect; null where they do not.</summary>
    public Inspecting? Inspecting { get; init; }

    /// <summary>Certificates towards clients, the default one first; none where files are found by the listener's address.</summary>
    public Sequence<Keypair> Keypairs { get; init; }
}

/// <summary>By what a relay inspects (R-TLS-30).</summary>
/// <param name="Chain">PEM text of the authority's certificate, and what else is in its file.</param>
/// <param name="KeyId">By what the keys process knows its key.</param>
/// <param name="Hosts">Who may have issued the certificates of hosts.</param>
internal sealed record Inspecting(string Chain, int KeyId, Authorities Hosts)
{
    /// <summary>When the authority's certificate expires.</summary>
    public DateTimeOffset End { get; init; }

    /// <summary>How often its files were replaced since the configuration was read (D-46).</summary>
    public int Renewals { get; init; }
}

/// <summary>The key of an inspecting relay.</summary>
/// <param name="Path">PEM.</param>
/// <param name="Password">May be empty.</param>
internal sealed record CaKey(string Path, string Password);

/// <summary>A certificate by its name.</summary>
/// <param name="Name">Names the files of which no path is given.</param>
/// <param name="Certificate">A path in place of the one by name; null for that.</param>
/// <param name="Key">A path in place of the one by name; null for that.</param>
/// <param name="Ocsp">A path in place of the one by name; null for that.</param>
internal sealed record Keypair(string Name, string? Certificate = null, string? Key = null, string? Ocsp = null);
