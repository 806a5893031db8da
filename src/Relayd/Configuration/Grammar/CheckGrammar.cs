using System;
using System.Buffers;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Relayd.Dns;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary><c>check</c> of relayd.conf(5): how the hosts of a table are checked (R-CHECK-10 to -25).</summary>
internal static class CheckGrammar
{
    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private const string Kinds = "check takes: icmp, tcp, tls, http, https, dns, send, binary send, script";

    /// <summary>"check" kind; null after a mistake.</summary>
    public static Check? Read(TokenReader reader)
    {
        reader.ExpectKeyword("check");
        if (reader.TakeKeyword("icmp"))
        {
            return new IcmpCheck();
        }

        if (reader.TakeKeyword("tcp"))
        {
            return new ConnectCheck(CheckTransport.Tcp);
        }

        if (reader.TakeKeyword("tls"))
        {
            return new ConnectCheck(CheckTransport.Tls);
        }

        if (reader.TakeKeyword("http"))
        {
            return Http(reader, CheckTransport.Tcp);
        }

        if (reader.TakeKeyword("script"))
        {
            return new ScriptCheck(Strings.Read(reader, "the path of a program", Limits.Path, "script path truncated"));
        }

        if (reader.TakeKeyword("send"))
        {
            return Exchange(reader, ExpectKind.Glob);
        }

        if (reader.TakeKeyword("binary"))
        {
            reader.ExpectKeyword("send");
            return Exchange(reader, ExpectKind.Prefix);
        }

        return Named(reader);
    }

    /// <summary>"https", "dns", and what is not known.</summary>
    private static Check? Named(TokenReader reader)
    {
        if (reader.Peek().Kind != TokenKind.Text)
        {
            reader.SyntaxError(Kinds);
            return null;
        }

        Token kind = reader.Take();
        if (kind.Text is "https")
        {
            return Http(reader, CheckTransport.Tls);
        }

        if (kind.Text is "dns")
        {
            return Dns(reader);
        }

        reader.Error(kind.Position, $"invalid check type: {kind.Text}", kind.Text is "ssl" ? "Write: check tls" : Kinds);
        return null;
    }

    /// <summary>[ string ]</summary>
    private static DnsCheck? Dns(TokenReader reader)
    {
        string name = reader.Peek().Kind == TokenKind.Text ? reader.ExpectText("a name") : ".";
        if (!reader.Failed && DnsMessage.QuestionFor(name) is null)
        {
            reader.Error(reader.Previous, $"invalid domain name: {name}", "Its labels have 1 to 63 characters of ASCII, and all of it at most 253; . is the root.");
            return null;
        }

        return new DnsCheck(name);
    }

    /// <summary>string [ "host" string ] ( "code" number | "digest" string )</summary>
    private static HttpCheck? Http(TokenReader reader, CheckTransport transport)
    {
        string path = reader.ExpectText("the path that is asked for");
        string? host = reader.TakeKeyword("host") ? reader.ExpectText("the name of a host") : null;
        if (reader.TakeKeyword("digest"))
        {
            Digest digest = Digest(reader);
            return new HttpCheck(transport, path, host, new ContentAnswer(digest));
        }

        if (!reader.TakeKeyword("code"))
        {
            reader.SyntaxError("Here belongs: code, digest; host stands before them.");
            return null;
        }

        long code = Numbers.Read(reader, "A status of HTTP", 1, int.MaxValue, "invalid HTTP code: {0}");
        if (code is < 100 or > 999)
        {
            reader.Warning($"no answer has the status {code}", "A status has three digits.");
        }

        return new HttpCheck(transport, path, host, new StatusAnswer((int)code));
    }

    /// <summary>The digest of a content in hexadecimal, whose length tells its kind.</summary>
    public static Digest Digest(TokenReader reader)
    {
        Digest digest = new(reader.ExpectText("a digest"));
        if (digest.Hex.Length is not (Configuration.Digest.Sha1Length or Configuration.Digest.Md5Length))
        {
            reader.Error(reader.Previous, "invalid http digest", "It is the 40 hexadecimal digits of a SHA-1, or the 32 of an MD5.");
        }

        return digest;
    }

    /// <summary>( string | "nothing" ) "expect" string [ "tls" ], behind "send"</summary>
    private static ExchangeCheck? Exchange(TokenReader reader, ExpectKind kind)
    {
        string? send = reader.TakeKeyword("nothing") ? null : reader.ExpectText("what is sent, or nothing");
        Position sendPlace = reader.Previous;
        reader.ExpectKeyword("expect");
        string expect = Strings.Read(reader, "what must come", Limits.Expect, "expect buffer truncated");
        Position expectPlace = reader.Previous;
        CheckTransport transport = reader.TakeKeyword("tls") ? CheckTransport.Tls : CheckTransport.Tcp;
        if (reader.Failed)
        {
            return null;
        }

        return kind == ExpectKind.Glob
            ? new ExchangeCheck(transport, [.. Bytes.Of(send ?? "")], [.. Bytes.Of(Unescape(expect))], kind)
            : new ExchangeCheck(transport, Hex(reader, sendPlace, send, "send"), Hex(reader, expectPlace, expect, "expect"), kind);
    }

    /// <summary>The two characters \n are a line feed, and \r are a carriage return; only where an answer is expected (R-CHECK-19).</summary>
    private static string Unescape(string text) =>
        text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal);

    private static Sequence<byte> Hex(TokenReader reader, Position place, string? text, string what)
    {
        if (text is null)
        {
            return [];
        }

        if (text.Length == 0)
        {
            reader.Error(place, $"empty binary {what} data", "To send nothing write: nothing");
            return [];
        }

        if (text.Length % 2 != 0 || text.AsSpan().ContainsAnyExcept(_hexDigits))
        {
            reader.Error(place, $"failed in binary {what} data", "Each byte is two hexadecimal digits.");
            return [];
        }

        return [.. Convert.FromHexString(text)];
    }
}
