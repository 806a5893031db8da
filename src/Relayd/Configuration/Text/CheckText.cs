using System;

using Sluice.Configuration;

namespace Sluice.Relayd.Configuration.Text;

/// <summary>A <c>check</c> as text.</summary>
internal static class CheckText
{
    public static string Print(Check check) => "check " + check switch
    {
        ConnectCheck connect => connect.Transport == CheckTransport.Tls ? "tls" : "tcp",
        ScriptCheck script => $"script {Quoting.Quote(script.Path)}",
        DnsCheck dns => $"dns {Quoting.Quote(dns.Name)}",
        HttpCheck http => Print(http),
        ExchangeCheck exchange => Print(exchange),
        _ => "icmp",
    };

    private static string Print(HttpCheck check)
    {
        string kind = check.Transport == CheckTransport.Tls ? "https" : "http";
        string host = check.Host is null ? "" : $" host {Quoting.Quote(check.Host)}";
        string answer = check.Answer switch
        {
            ContentAnswer content => $"digest {Quoting.Quote(content.Digest.Hex)}",
            StatusAnswer status => $"code {status.Code}",
            _ => "",
        };
        return $"{kind} {Quoting.Quote(check.Path)}{host} {answer}";
    }

    private static string Print(ExchangeCheck check)
    {
        bool isGlob = check.Kind == ExpectKind.Glob;
        string send = check.Send.Count == 0 ? "nothing" : isGlob ? Quoting.Quote(Bytes.Text(check.Send.AsSpan())) : Hex(check.Send);
        string expect = isGlob ? Quoting.Quote(Escape(Bytes.Text(check.Expect.AsSpan()))) : Hex(check.Expect);
        return $"{(isGlob ? "" : "binary ")}send {send} expect {expect}{(check.Transport == CheckTransport.Tls ? " tls" : "")}";
    }

    private static string Hex(Sequence<byte> bytes) => $"\"{Convert.ToHexStringLower(bytes.AsSpan())}\"";

    private static string Escape(string text) =>
        text.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
}
