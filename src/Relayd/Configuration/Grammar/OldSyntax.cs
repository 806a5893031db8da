namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>What to write today for words of older releases; null where a word is none of theirs.</summary>
internal static class OldSyntax
{
    public static string? AtTopLevel(string word) => word switch
    {
        "snmp" => "Write: agentx",
        "demote" => "demote stands behind the table of a forward line: forward to <name> check tcp demote carp",
        "service" or "virtual" => "Write: redirect",
        "ssl" => "Options of TLS stand in a protocol: tls { ... }",
        _ => null,
    };

    public static string? OfLog(string word) => word switch
    {
        "updates" => "Write: log state changes",
        "all" => "Write: log host checks",
        _ => null,
    };

    public static string? InRedirect(string word) => word switch
    {
        "tag" => "Write: pftag",
        "virtual" => "Write: listen on",
        "backup" => "Write a second forward to line: its table is used while the first has no host that is up.",
        "protocol" or "tls" or "ssl" => "A redirection does not look into connections: write a relay.",
        "check" or "table" or "mode" or "timeout" => "It stands behind the table: forward to <name> check tcp",
        _ => null,
    };

    public static string? InRelay(string word) => word switch
    {
        "ssl" => "Write: listen on ... port ... tls; the options stand in a protocol: tls { ... }",
        "tls" => "Options of TLS stand in a protocol, which the relay names: protocol \"name\"",
        "table" => "Write: forward to <name> port ...",
        "sticky-address" => "A relay chooses by address with: mode source-hash",
        "pftag" or "tag" => "Tags of the packet filter are those of a redirect.",
        "check" or "mode" or "timeout" => "It stands behind the table: forward to <name> check tcp",
        _ => null,
    };

    public static string? InProtocol(string word) => word switch
    {
        "ssl" => "Write: tls",
        "request" or "response" => "A rule begins with what it does: match request header ...",
        "header" or "cookie" or "path" or "query" or "url" => "Write: match request header set \"Name\" value \"text\"",
        "label" => "A label stands in a rule: match request label \"text\"",
        "filter" or "expect" or "change" or "mark" => "Write rules that begin with pass, block or match.",
        _ => null,
    };

    public static string? OfTls(string word) => word switch
    {
        "cache" => "There is no cache of sessions any more; write: session tickets",
        _ => null,
    };

    public static string? BehindTable(string word) => word switch
    {
        "ssl" => "Write: tls",
        "backup" => "Write a second forward to line: its table is used while the first has no host that is up.",
        _ => null,
    };
}
