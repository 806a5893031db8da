using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Httpd.Configuration;

namespace Sluice.Unit.Fakes;

/// <summary>Certificates and keys that are good whenever the host has files of these names.</summary>
internal sealed class StubTlsFiles(IHostFacts host) : ITlsFiles
{
    /// <summary>Why TLS cannot be used as configured; null where it can.</summary>
    public string? Fault { get; init; }

    /// <summary>What is wrong with pairs that are there; null where nothing.</summary>
    public string? PairFault { get; init; }

    public TlsIdentity? Identify(string server, ServerTls tls, out PairFault fault)
    {
        bool isThere = host.Read(tls.Certificate) is not null && host.Read(tls.Key) is not null;
        fault = !isThere ? new PairFault(PairFaultKind.Missing, $"{tls.Certificate} or {tls.Key} cannot be read")
            : PairFault is null ? default
            : new PairFault(PairFaultKind.Unusable, PairFault);
        return isThere && PairFault is null ? new TlsIdentity(tls.Certificate, KeyId: 1) : null;
    }

    public string? FindFault(ServerTls tls) => Fault;
}
