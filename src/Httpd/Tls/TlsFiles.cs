using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Tls;

/// <summary>The host's certificates and keys, for a configuration that is loaded.</summary>
/// <param name="keys">Reads and numbers them.</param>
internal sealed class TlsFiles(KeyFiles keys) : ITlsFiles
{
    /// <inheritdoc/>
    public TlsIdentity? Identify(string server, ServerTls tls, out PairFault fault) =>
        keys.Identify($"server \"{server}\"", tls.Certificate, tls.Key, out fault);

    /// <inheritdoc/>
    public string? FindFault(ServerTls tls)
    {
        using TlsContext? context = TlsContext.Create(TlsTranslation.Settings(tls, tls, "", new NoSigner(), tickets: null), out string error);
        return context is null ? error : null;
    }
}
