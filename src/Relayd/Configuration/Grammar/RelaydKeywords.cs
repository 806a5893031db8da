using Sluice.Configuration;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>The words that relayd.conf(5) reserves (R-CONF-07), and what its words are made of (R-CONF-05).</summary>
internal static class RelaydKeywords
{
    public static Keywords All { get; } = new(
    [
        "agentx", "append", "backlog", "binary", "block", "brief", "buffer", "ca", "cache", "cert", "changes", "check",
        "checks", "ciphers", "client", "code", "connection", "context", "cookie", "demote", "destination", "digest",
        "disable", "ecdhe", "edh", "error", "errors", "expect", "external", "file", "forward", "from", "hash", "header",
        "headerlen", "host", "http", "icmp", "include", "inet", "inet6", "interface", "interval", "ip", "key", "keypair",
        "label", "least-states", "level", "listen", "loadbalance", "log", "lookup", "match", "method", "mode", "nat", "no",
        "nodelay", "nothing", "on", "params", "parent", "pass", "password", "path", "pattern", "pflog", "pftag", "port",
        "prefork", "priority", "protocol", "proxy-protocol", "query", "quick", "random", "real", "redirect", "relay",
        "remove", "request", "response", "retry", "return", "roundrobin", "route", "router", "rtable", "rtlabel", "sack",
        "script", "send", "session", "set", "socket", "source-hash", "splice", "state", "sticky-address", "strip", "style",
        "table", "tag", "tagged", "tcp", "tickets", "timeout", "tls", "to", "transparent", "ttl", "url", "v1", "v2",
        "value", "verbose", "websockets", "with",
    ])
    {
        WordOpeners = ":_",
        Structure = "(){}<>!=#,/",
    };

    /// <summary>Words that mean something in one place of the grammar, and are ordinary texts elsewhere.</summary>
    public static string[] Unreserved { get; } =
    [
        "cipher-server-preference", "client-renegotiation", "close", "combined", "common", "crl", "dns", "down", "failures", "forwarded", "hairpin", "https", "id", "inspect-invalid", "json", "maintenance", "mark", "mask",
        "minttl", "ocsp", "resolve", "reuse", "sni", "srv", "sslv3", "tlsv1", "tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3", "trusted-proxies", "weight",
    ];
}
