using System;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>How a name or path is compared.</summary>
internal enum NameKind
{
    /// <summary>As a shell glob without regard to case.</summary>
    Glob,

    /// <summary>As a pattern of patterns(7).</summary>
    Pattern,
}

/// <summary>A name that a server answers to.</summary>
/// <param name="Text">At most 255 bytes.</param>
/// <param name="Kind">How it is compared.</param>
internal sealed record ServerName(string Text, NameKind Kind = NameKind.Glob);

/// <summary>An address that a server listens on.</summary>
/// <param name="EndPoint">Address and port; port 0 lets the kernel choose.</param>
/// <param name="Tls">Whether the client must speak TLS.</param>
/// <param name="ProxyProtocol">Whether a trusted peer's PROXY header comes first.</param>
internal sealed record ListenAddress(IPEndPoint EndPoint, bool Tls = false, bool ProxyProtocol = false);

/// <summary>A <c>server</c> block.</summary>
internal sealed record Server
{
    /// <summary>The name behind <c>server</c>.</summary>
    public required ServerName Name { get; init; }

    /// <summary>Further names in order.</summary>
    public Sequence<ServerName> Aliases { get; init; }

    /// <summary>Addresses in order, at least one; <c>*</c> and interfaces are already resolved.</summary>
    public required Sequence<ListenAddress> Listens { get; init; }

    /// <summary>What holds where no location matches.</summary>
    public required Settings Settings { get; init; }

    /// <summary>Locations in order: the first that matches is taken.</summary>
    public Sequence<Location> Locations { get; init; }

    /// <summary>Directory of own error documents inside the chroot, null for the built-in page.</summary>
    public string? ErrorDocuments { get; init; }

    /// <summary>Whether the program names itself in Server and on its pages.</summary>
    public bool Banner { get; init; } = true;

    /// <summary>Limits of one connection.</summary>
    public ConnectionLimits Limits { get; init; } = ConnectionLimits.Default;

    /// <summary>Options of the sockets; only the first server on an address determines them.</summary>
    public TcpOptions Tcp { get; init; } = TcpOptions.None;

    /// <summary>Strict-Transport-Security, null for none.</summary>
    public Hsts? Hsts { get; init; }

    /// <summary>TLS of those listeners that have it; null where none has.</summary>
    public ServerTls? Tls { get; init; }
}

/// <summary>The <c>connection</c> options (H-LIMIT-02 to -05).</summary>
internal sealed record ConnectionLimits
{
    public static ConnectionLimits Default { get; } = new();

    /// <summary>For file and backend I/O; zero for none.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>For a request to arrive; zero for none.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests of one connection; null for no limit (D-28, D-39).</summary>
    public long? MaxRequests { get; init; } = 1000;

    /// <summary>Bytes of a request's body; null for no limit (D-39).</summary>
    public long? MaxRequestBody { get; init; } = 1048576;
}

/// <summary>Strict-Transport-Security (RFC 6797).</summary>
/// <param name="MaxAge">In seconds, 0 to 2147483647.</param>
/// <param name="Subdomains">Adds includeSubDomains.</param>
/// <param name="Preload">Adds preload.</param>
internal sealed record Hsts(int MaxAge = 31536000, bool Subdomains = false, bool Preload = false);

/// <summary>The <c>tls</c> options of a server; paths are outside the chroot.</summary>
internal sealed record ServerTls
{
    public string Certificate { get; init; } = "/etc/ssl/server.crt";

    public string Key { get; init; } = "/etc/ssl/private/server.key";

    /// <summary>File with the response to staple; null for none.</summary>
    public string? Ocsp { get; init; }

    /// <summary>A named set or an OpenSSL cipher list.</summary>
    public string Ciphers { get; init; } = "secure";

    /// <summary><c>none</c>, <c>auto</c> or <c>legacy</c>.</summary>
    public string Dhe { get; init; } = "none";

    /// <summary>Curves in order of preference, or <c>default</c>.</summary>
    public string Ecdhe { get; init; } = "default";

    public TlsProtocols Protocols { get; init; } = TlsProtocols.Tls12 | TlsProtocols.Tls13;

    /// <summary>Authorities of client certificates; null where none is asked for.</summary>
    public ClientCertificates? Client { get; init; }

    /// <summary>How long tickets last; zero for no tickets.</summary>
    public TimeSpan TicketLifetime { get; init; }

    /// <summary>What the files contain; null where TLS cannot be used as configured: then handshakes fail (H-TLS-22).</summary>
    public TlsContents? Contents { get; init; }
}

/// <summary>What the files of <c>tls</c> lines contain, but for the private key.</summary>
internal sealed record TlsContents
{
    /// <summary>PEM text of the certificate and its chain; empty where they are of no use, so that handshakes fail.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>By what the keys process knows the key.</summary>
    public int KeyId { get; init; }

    /// <summary>When the certificate expires.</summary>
    public DateTimeOffset End { get; init; }

    /// <summary>The OCSP response, DER; empty for none.</summary>
    public string Ocsp { get; init; } = "";

    /// <summary>PEM text of those who issue client certificates; empty where none are asked for.</summary>
    public string Authorities { get; init; } = "";

    /// <summary>PEM text of revocation lists; empty for none.</summary>
    public string Revocations { get; init; } = "";
}

/// <summary>Which client certificates are accepted.</summary>
/// <param name="Authorities">File of the certificates that issue them.</param>
/// <param name="Revocations">File of revocation lists; null for none.</param>
/// <param name="Optional">Whether a client may come without.</param>
internal sealed record ClientCertificates(string Authorities, string? Revocations = null, bool Optional = false);
