using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Certificates;
using Sluice.Engine.Tls.Signing;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>Copies of hosts' certificates, for the clients of a relay that inspects (R-TLS-30, D-45): the keys process issues each once, as long as it is remembered here.</summary>
/// <remarks>Hosts prove who they are anew for each session, so what was true when a copy was made, and is not any more, shows nobody that copy.</remarks>
internal sealed class Inspection : IDisposable
{
    private const int MostRemembered = 256;
    private const int BytesOfLine = 48;

    private readonly Inspecting _by;
    private readonly TlsSettings _settings;
    private readonly SigningChannel _keys;
    private readonly Dictionary<ServerCertificate, TlsContext> _shown = [];
    private readonly Queue<ServerCertificate> _oldest = [];

    // PEM text that stands behind a copy: nothing where clients know the authority itself.
    private readonly string _above;

    /// <summary>Begins with no copy.</summary>
    /// <param name="by">The authority.</param>
    /// <param name="settings">What all that is shown has in common: everything but the certificate.</param>
    /// <param name="keys">Issues copies.</param>
    public Inspection(Inspecting by, TlsSettings settings, SigningChannel keys)
    {
        (_by, _settings, _keys) = (by, settings with { Hello = HelloAnswer.AtOnce }, keys);
        using CertificateChain? chain = CertificateChain.Read(Encoding.Latin1.GetBytes(by.Chain), out _);
        _above = chain is { IsSelfIssued: true } ? "" : by.Chain;
    }

    /// <summary>Shows clients a copy of a host's certificate; null where none can be made.</summary>
    /// <param name="original">What the host has shown.</param>
    public TlsContext? Show(ServerCertificate original)
    {
        if (_shown.TryGetValue(original, out TlsContext? known))
        {
            return known;
        }

#pragma warning disable CA2000 // Remembered, and disposed when it is forgotten.
        TlsContext? made = Make(original);
#pragma warning restore CA2000
        if (made is null)
        {
            return null;
        }

        if (_oldest.Count == MostRemembered && _shown.Remove(_oldest.Dequeue(), out TlsContext? forgotten))
        {
            // Connections that show it go on.
            forgotten.Dispose();
        }

        _shown.Add(original, made);
        _oldest.Enqueue(original);
        return made;
    }

    /// <summary>Forgets all.</summary>
    public void Dispose()
    {
        foreach (TlsContext context in _shown.Values)
        {
            context.Dispose();
        }

        _shown.Clear();
        _oldest.Clear();
    }

    private TlsContext? Make(ServerCertificate original)
    {
        LeafTrust trust = original.IsVerified ? LeafTrust.Known : LeafTrust.Unknown;
        ReadOnlySpan<byte> content = original.Content.Span;
        if (!LeafIssuer.CanCopy(content) || _keys.Issue(_by.KeyId, trust, (int)_settings.KeyId, content, out byte[] leaf) != SigningResult.Done)
        {
            return null;
        }

        string above = trust == LeafTrust.Known ? _above : "";
        return TlsContext.Create(_settings with { Certificate = Encoding.Latin1.GetBytes(Pem(leaf) + above) }, out _);
    }

    // RFC 7468. PemEncoding is in an assembly that no relay process needs otherwise.
    private static string Pem(ReadOnlySpan<byte> certificate)
    {
        StringBuilder text = new("-----BEGIN CERTIFICATE-----\n");
        while (!certificate.IsEmpty)
        {
            int length = int.Min(BytesOfLine, certificate.Length);
            text.Append(Convert.ToBase64String(certificate[..length])).Append('\n');
            certificate = certificate[length..];
        }

        return text.Append("-----END CERTIFICATE-----\n").ToString();
    }
}
