using Sluice.Daemon.Keys;

namespace Sluice.Httpd.Configuration;

/// <summary>
/// Certificates and keys, when a configuration is loaded. Programs pass the host's, tests their own. The configuration gets a
/// number for a key and never its content.
/// </summary>
internal interface ITlsFiles
{
    /// <summary>Reads a server's certificate and its key.</summary>
    /// <param name="server">The server's name, for what is said later.</param>
    /// <param name="tls">Names the files.</param>
    /// <param name="fault">What is wrong with them, where the result is null.</param>
    TlsIdentity? Identify(string server, ServerTls tls, out PairFault fault);

    /// <summary>Why a server cannot speak TLS as configured, in words for the operator; null where it can.</summary>
    /// <param name="tls">With its <see cref="ServerTls.Contents"/>.</param>
    string? FindFault(ServerTls tls);
}
