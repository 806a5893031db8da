using Sluice.Configuration;

namespace Sluice.Httpd.Configuration;

/// <summary>The words that httpd.conf(5) reserves. Words of additions are ordinary words, so that no old file changes.</summary>
internal static class HttpdKeywords
{
    public static Keywords All { get; } = new(
    [
        "access", "add", "alias", "always", "authenticate", "auto", "backlog", "banner", "block", "body", "buffer",
        "ca", "certificate", "chroot", "ciphers", "client", "combined", "common", "connection", "crl", "default",
        "dhe", "directory", "drop", "ecdhe", "errdocs", "error", "fastcgi", "forwarded", "found", "gzip-static",
        "header", "hsts", "include", "index", "ip", "key", "lifetime", "listen", "location", "log", "logdir", "match",
        "max", "max-age", "no", "nodelay", "not", "ocsp", "on", "optional", "param", "pass", "port", "prefork",
        "preload", "protocols", "remove", "request", "requests", "return", "rewrite", "root", "sack", "server", "set",
        "socket", "strip", "style", "subdomains", "syslog", "tcp", "ticket", "timeout", "tls", "type", "types", "with",
    ]);

    /// <summary>The words of additions, each known in one place of the grammar.</summary>
    public static string[] Additions { get; } =
        ["cache", "chunked", "cr", "from", "json", "lf", "message", "notify-on-block", "proxy-protocol", "script", "trusted-proxies"];
}
