using Sluice.Daemon.Keys;
using Sluice.Relayd.Configuration;

namespace Sluice.Fuzz.Targets;

/// <summary>A host without certificates for relays.</summary>
internal sealed class NoRelayTlsFiles : IRelayTlsFiles
{
    public TlsIdentity? Identify(string relay, CertificateFiles files, out PairFault fault)
    {
        fault = new PairFault(PairFaultKind.Missing, "there is none");
        return null;
    }

    public TlsIdentity? IdentifyAuthority(string relay, string certificate, CaKey key, out PairFault fault) => Identify(relay, new CertificateFiles(certificate, key.Path, ""), out fault);

    public bool CanRead(string path) => false;

    public string? FindTicketFault(string path) => null;

    public string? FindFault(Relay relay, RelayTls options) => null;

    public string? FindHostFault(RelayTls options) => null;
}
