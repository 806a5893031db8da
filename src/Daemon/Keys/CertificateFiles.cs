using System;

namespace Sluice.Daemon.Keys;

/// <summary>Where the parts of a certificate are, and what was in them when the configuration was loaded, but for the private key.</summary>
/// <param name="Certificate">PEM, with the chain.</param>
/// <param name="Key">PEM, without a password.</param>
/// <param name="Ocsp">DER, where there is one.</param>
public sealed record CertificateFiles(string Certificate, string Key, string Ocsp)
{
    /// <summary>Whether the response was named, and has to be there.</summary>
    public bool NeedsOcsp { get; init; }

    /// <summary>How often its files were replaced since the configuration was read (D-46).</summary>
    public int Renewals { get; init; }

    /// <summary>PEM text of the certificate and its chain.</summary>
    public string Chain { get; init; } = "";

    /// <summary>By what the keys process knows the key.</summary>
    public int KeyId { get; init; }

    /// <summary>The OCSP response, DER; empty for none.</summary>
    public string Staple { get; init; } = "";

    /// <summary>When the certificate expires.</summary>
    public DateTimeOffset End { get; init; }
}
