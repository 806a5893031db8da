using System;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Httpd.Configuration;
using Sluice.Relayd.Configuration;

namespace Sluice.Unit.Fakes;

/// <summary>Certificates and keys that are good whenever the host has files of these names.</summary>
internal sealed class StubTlsFiles(IHostFacts host) : ITlsFiles, IRelayTlsFiles
{
    /// <summary>Why TLS cannot be used as configured; null where it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Why secrets of tickets that are there are of no use; null where they are of use.</summary>
    public string? TicketFault { get; init; }

    /// <summary>What is wrong with pairs that are there; null where nothing.</summary>
    public string? PairFault { get; init; }

    /// <summary>What is to be said of those that are good; null for nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>Whether the certificate of an authority is one.</summary>
    public bool IsAuthority { get; init; } = true;

    public TlsIdentity? Identify(string server, ServerTls tls, out PairFault fault) => Find(tls.Certificate, tls.Key, tls.Certificate, out fault);

    public TlsIdentity? Identify(string relay, CertificateFiles files, out PairFault fault) => Find(files.Certificate, files.Key, "chain", out fault);

    public TlsIdentity? IdentifyAuthority(string relay, string certificate, CaKey key, out PairFault fault) =>
        Identify(relay, new CertificateFiles(certificate, key.Path, ""), out fault) is { } identity ? identity with { KeyId = 2, IsAuthority = IsAuthority } : null;

    public bool CanRead(string path) => host.Read(path) is not null;

    public string? FindTicketFault(string path) => host.Read(path) is null ? $"{path} cannot be read." : TicketFault;

    public string? FindFault(ServerTls tls) => Fault;

    public string? FindFault(Relay relay, RelayTls options) => Fault;

    public string? FindHostFault(RelayTls options) => Fault;

    private TlsIdentity? Find(string certificate, string key, string chain, out PairFault fault)
    {
        bool isThere = host.Read(certificate) is not null && host.Read(key) is not null;
        fault = !isThere ? new PairFault(PairFaultKind.Missing, $"{certificate} or {key} cannot be read")
            : PairFault is null ? default
            : new PairFault(PairFaultKind.Unusable, PairFault);
        return isThere && PairFault is null ? new TlsIdentity(chain, KeyId: 1, Warning) { End = DateTimeOffset.UnixEpoch } : null;
    }
}
