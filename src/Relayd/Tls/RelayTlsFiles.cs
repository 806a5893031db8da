using System.Linq;

using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>The host's certificates and keys, for a configuration that is loaded.</summary>
/// <param name="keys">Reads and numbers them.</param>
internal sealed class RelayTlsFiles(KeyFiles keys) : IRelayTlsFiles
{
    /// <inheritdoc/>
    public TlsIdentity? Identify(string relay, CertificateFiles files, out PairFault fault) =>
        keys.Identify($"relay {relay}", files.Certificate, files.Key, out fault);

    /// <inheritdoc/>
    public TlsIdentity? IdentifyAuthority(string relay, string certificate, CaKey key, out PairFault fault) =>
        keys.IdentifyAuthority($"relay {relay}", certificate, key.Path, key.Password, out fault);

    /// <inheritdoc/>
    public bool CanRead(string path) => KeyFiles.CanRead(path);

    /// <inheritdoc/>
    public string? FindTicketFault(string path) => TicketSecrets.Read(path, out string fault) is null ? fault : null;

    /// <inheritdoc/>
    public string? FindFault(Relay relay, RelayTls options) =>
        ClientSide.Settings(relay, options, new NoSigner(), tickets: null).Select(FindFault).FirstOrDefault(static fault => fault is not null);

    /// <inheritdoc/>
    public string? FindHostFault(RelayTls options) => HostConnectors.FindFault(options);

    private static string? FindFault(TlsSettings settings)
    {
        using TlsContext? context = TlsContext.Create(settings, out string error);
        return context is null ? error : null;
    }
}
