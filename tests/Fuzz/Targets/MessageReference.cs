using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>RFC 9112 by regular expressions over the whole message: slow, and easy to compare with the text of the RFC.</summary>
internal static class MessageReference
{
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
    private const string Blank = "[ \t]*";
    private const string Value = "[\t \\x21-\\x7e\\x80-\\xff]*";

    private static readonly Regex _requestLine = Make($"^([A-Za-z]{Token}{{0,63}}) ([\\x21\\x22\\x24-\\x7e]+) HTTP/1\\.([0-9])\\z");
    private static readonly Regex _field = Make($"^({Token}+):({Value})\\z");
    private static readonly Regex _host = Make("^(?:([0-9A-Za-z._~-]+)|\\[([0-9A-Fa-f:.]+)\\])(?::([0-9]{1,5}))?\\z");
    private static readonly Regex _absolute = Make("^[hH][tT][tT][pP][sS]?://([^/?]+)(.*)\\z");
    private static readonly Regex _chunkLine = Make(
        $"^([0-9A-Fa-f]{{1,16}})({Blank};{Blank}{Token}+(?:{Blank}={Blank}(?:{Token}+|\"(?:[\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\t \\x21-\\x7e\\x80-\\xff])*\"))?)*\\z");

    /// <summary>A head: null where it is to be rejected; asked only where it has its empty line.</summary>
    public static string? Head(string input)
    {
        int end = input.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string[] lines = input[..end].Split("\r\n");
        Match line = _requestLine.Match(lines[0]);
        List<Match> fields = [.. lines.Skip(1).Select(text => _field.Match(text))];
        return line.Success && fields.TrueForAll(field => field.Success) && fields.Count <= 256 && lines.Sum(text => text.Length) <= 8192
            ? Head(line, fields, end + 4)
            : null;
    }

    /// <summary>The body behind a good head: its status, and its text where it is whole.</summary>
    public static MessageReading Body(string input)
    {
        int end = input.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string[] lines = input[..end].Split("\r\n");
        List<Match> fields = [.. lines.Skip(1).Select(line => _field.Match(line))];
        string[] lengths = [.. Values(fields, "content-length")];
        string[] codings = [.. Values(fields, "transfer-encoding")];
        string method = lines[0].Split(' ')[0];
        MessageReading rejected = new(ParseStatus.Rejected, "");
        if (lengths.Length + codings.Length > 1 || (lengths.Length + codings.Length > 0 && method is "TRACE" or "CONNECT"))
        {
            return rejected;
        }

        string body = input[(end + 4)..];
        if (codings.Length > 0)
        {
            bool isGood = string.Equals(codings[0], "chunked", StringComparison.OrdinalIgnoreCase) && !lines[0].EndsWith('0');
            return isGood ? Chunks(body, end + 4) : rejected;
        }

        if (lengths.Length == 0)
        {
            return new MessageReading(ParseStatus.Complete, "");
        }

        return lengths[0].Length == 0 || lengths[0].Any(digit => !char.IsAsciiDigit(digit)) || !long.TryParse(lengths[0], CultureInfo.InvariantCulture, out long length)
            ? rejected
            : length > body.Length ? new MessageReading(ParseStatus.NeedMore, "") : new MessageReading(ParseStatus.Complete, body[..(int)length]);
    }

    private static string? Head(Match line, List<Match> fields, int length)
    {
        string target = line.Groups[2].Value;
        (string? authority, string? rest) = Target(line.Groups[1].Value, target);
        string[] hosts = [.. Values(fields, "host")];
        bool isFirst = string.Equals(line.Groups[3].Value, "0", StringComparison.Ordinal);
        if (rest is null || hosts.Length > 1 || (hosts.Length == 0 && !isFirst) || !hosts.All(IsHost) || (authority is not null && !IsHost(authority)))
        {
            return null;
        }

        string path = ReferenceEquals(authority, target) || rest.Length == 0 || rest[0] != '?' ? rest : "/" + rest;
        path = path.Length == 0 && authority is not null && !ReferenceEquals(authority, target) ? "/" : path;
        int mark = path.IndexOf('?', StringComparison.Ordinal);
        Match host = _host.Match(authority ?? hosts.FirstOrDefault() ?? "");
        string port = host.Groups[3].Success ? $"{int.Parse(host.Groups[3].Value, CultureInfo.InvariantCulture)}" : "";
        string query = mark < 0 ? "" : path[(mark + 1)..];
        return $"{line.Groups[1].Value} {target} {(isFirst ? "Http10" : "Http11")} {length}\n" +
            $"{(mark < 0 ? path : path[..mark])} {mark >= 0} {query} {host.Groups[1].Value}{host.Groups[2].Value} {port}\n" +
            string.Concat(fields.Select(field => $"{field.Groups[1].Value}={field.Groups[2].Value.Trim(' ', '\t')}\n"));
    }

    private static MessageReading Chunks(string body, int start)
    {
        MessageReading open = new(ParseStatus.NeedMore, "");
        MessageReading rejected = new(ParseStatus.Rejected, "");
        StringBuilder content = new();
        int at = 0;
        while (true)
        {
            int end = body.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (end < 0)
            {
                return open;
            }

            Match line = _chunkLine.Match(body[at..end]);
            if (!line.Success || end - at > 1024 || !long.TryParse(line.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long size) || size < 0)
            {
                return rejected;
            }

            at = end + 2;
            if (size == 0)
            {
                return Trailers(body, at, start, content.ToString());
            }

            if (size + 2 > body.Length - at)
            {
                return open;
            }

            content.Append(body, at, (int)size);
            at += (int)size + 2;
            if (!string.Equals(body[(at - 2)..at], "\r\n", StringComparison.Ordinal))
            {
                return rejected;
            }
        }
    }

    private static MessageReading Trailers(string body, int at, int start, string content)
    {
        int first = at;
        while (true)
        {
            int end = body.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (end < 0)
            {
                return new MessageReading(ParseStatus.NeedMore, "");
            }

            if (end + 2 - first > 8192 || (end > at && !_field.IsMatch(body[at..end])))
            {
                return new MessageReading(ParseStatus.Rejected, "");
            }

            if (end == at)
            {
                return new MessageReading(ParseStatus.Complete, $"{content} to {start + end + 2}");
            }

            at = end + 2;
        }
    }

    // Authority and the rest of a target; a rest of null is a target that its method does not take.
    private static (string? Authority, string? Remainder) Target(string method, string target)
    {
        if (string.Equals(method, "CONNECT", StringComparison.Ordinal))
        {
            return (target, "");
        }

        if (target[0] == '/')
        {
            return (null, target);
        }

        if (string.Equals(target, "*", StringComparison.Ordinal))
        {
            return (null, string.Equals(method, "OPTIONS", StringComparison.Ordinal) ? "*" : null);
        }

        Match absolute = _absolute.Match(target);
        return absolute.Success ? (absolute.Groups[1].Value, absolute.Groups[2].Value) : (null, null);
    }

    private static IEnumerable<string> Values(List<Match> fields, string name) => fields
        .Where(field => string.Equals(field.Groups[1].Value, name, StringComparison.OrdinalIgnoreCase))
        .Select(field => field.Groups[2].Value.Trim(' ', '\t'));

    private static bool IsHost(string text)
    {
        Match match = _host.Match(text);
        return match.Success && text.Length <= 255
            && (!match.Groups[3].Success || int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture) <= ushort.MaxValue)
            && (!match.Groups[2].Success
                || (IPAddress.TryParse(match.Groups[2].Value, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
                    && match.Groups[2].Value.Contains(':', StringComparison.Ordinal)));
    }

    private static Regex Make(string pattern) => new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
