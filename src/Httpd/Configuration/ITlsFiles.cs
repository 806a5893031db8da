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

/// <summary>Who a server is towards its clients.</summary>
/// <param name="Certificate">PEM text of the certificate and its chain, and nothing else that the file may contain.</param>
/// <param name="KeyId">By what the keys process knows its key.</param>
/// <param name="Warning">What the operator should know about it; null where nothing.</param>
internal sealed record TlsIdentity(string Certificate, int KeyId, string? Warning = null);

/// <summary>Why a certificate and its key are of no use.</summary>
/// <param name="Kind">What that means for the listener.</param>
/// <param name="Text">In words for the operator.</param>
internal readonly record struct PairFault(PairFaultKind Kind, string Text);

/// <summary>What a fault means for the listener.</summary>
internal enum PairFaultKind
{
    /// <summary>A file is not there or cannot be read: the listener stays closed (H-CONF-35).</summary>
    Missing,

    /// <summary>Both are there and fail: so do handshakes (H-TLS-22).</summary>
    Unusable,
}
