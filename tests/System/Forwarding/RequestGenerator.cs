using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Sluice.System.Forwarding;

/// <summary>
/// Makes what a client sends over one connection: some messages, of which about every other one has something that readers are known to
/// take in different ways. Bodies hold requests for <c>/evil</c>: whoever loses the end of a body shows it.
/// </summary>
internal sealed class RequestGenerator(int seed)
{
    private const string Evil = "GET /evil HTTP/1.1\r\nHost: evil\r\n\r\n";

    private static readonly string[] _methods = ["GET", "GET", "POST", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "PROPFIND", "get", "BREW", "CONNECT", "TRACE"];

    private static readonly string[] _plain =
    [
        "Accept: */*", "accept-encoding: gzip,  br", "Cookie: a=b; c=d", "Cookie: e", "X-Empty:", "X-Tab:\tv\t", "X-Latin: \u00e9\u00ff", "User-Agent: x/1 (y)",
        "X-Twice: 1", "X-Twice: 2", "Referer: http://a/?b#c", "X_Underscore: 1", "Content_Length: 99", "Transfer_Encoding: chunked", "Content-Type: text/plain",
        "Connection: keep-alive", "Connection: X-Named, close", "X-Named: 1", "Keep-Alive: timeout=5", "TE: trailers", "Trailer: X-Sum", "Proxy-Connection: close",
        "Upgrade: h2c", "Upgrade: websocket", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA", "Expect: 100-continue", "Range: bytes=0-1", "Connection: Host, Content-Length",
        "X-Forwarded-For: 10.0.0.1", "Authorization: Basic eDp5",
    ];

    // Fields that frame a message, or seem to.
    private static readonly string[] _framing =
    [
        "Content-Length: 0", "Content-Length: 4", "Content-Length: 35", "Content-Length: +4", "Content-Length: -1", "Content-Length: 0x4", "Content-Length: 4, 4",
        "Content-Length: 4 ", "Content-Length:\t4", "Content-Length : 4", "Content-Length:", "Content-Length: 4_0", "Content-Length: 4 0", "Content-Length: 18446744073709551616",
        "Content-Length: 18446744073709551620", "Content-Length: 9223372036854775808", "Content-Length: 00004", "Content-Length: 4;a", "Content-Length: \v4",
        "Content-Length: 4\r\n 5", "Content-Length\0: 4", "\u00a0Content-Length: 4", "Content-Length\u00a0: 4", "Content-Length: \u00a04", " Content-Length: 4",
        "Transfer-Encoding: chunked", "Transfer-Encoding: Chunked", "Transfer-Encoding:chunked", "Transfer-Encoding : chunked", "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked", "Transfer-Encoding: ,chunked", "Transfer-Encoding: chunked,", "Transfer-Encoding: xchunked", "Transfer-Encoding: cow",
        "Transfer-Encoding: identity", "Transfer-Encoding:\vchunked", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: chunked;a=b", "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding:\n chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: ", "Transfer-Encoding: chunked\0", "Transfer-Encoding: chunk\u00e9d",
        " Transfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked", "X: y\r\rTransfer-Encoding: chunked", "X: y\0",
        "X: y\nContent-Length: 35", "X: y\rContent-Length: 35", ": x", "X", "X\u0001: y", "X: y\r\n\tContent-Length: 4", "Host: b", "Host:", "Host: a, b", "Host: a@b", "host : b",
    ];

    private static readonly string[] _lines =
    [
        "{0} {1} HTTP/1.1\n", "{0}  {1} HTTP/1.1\r\n", "{0} {1}  HTTP/1.1\r\n", "{0} {1} HTTP/1.1 \r\n", " {0} {1} HTTP/1.1\r\n", "\r\n{0} {1} HTTP/1.1\r\n", "{0}\t{1} HTTP/1.1\r\n",
        "{0} {1} HTTP/1.0\r\n", "{0} {1} HTTP/1.2\r\n", "{0} {1} HTTP/1.10\r\n", "{0} {1} HTTP/2.0\r\n", "{0} {1} http/1.1\r\n", "{0} {1} HTTP/0.9\r\n", "{0} {1}\r\n", "{0} {1} \r\n",
        "{0} {1}#x HTTP/1.1\r\n", "{0} {1}\u007f HTTP/1.1\r\n", "{0} {1}\u00e9 HTTP/1.1\r\n", "{0} {1}\0 HTTP/1.1\r\n", "{0} * HTTP/1.1\r\n", "{0} http://a{1} HTTP/1.1\r\n",
        "{0} http://other:81{1}?q HTTP/1.1\r\n", "{0} x:y HTTP/1.1\r\n", "{0} {1} HTTP/1.1\r", "{0} {1} HTTP/1.1\r\r\n", "{0} {1} HTTP/1.1\r\nHost: a\r\n\r\n{0} {1} HTTP/1.1\r\n",
        "{0} {1} HTTP/1.1\r\n X: y\r\n", "G\0T {1} HTTP/1.1\r\n", "{0}({1} HTTP/1.1\r\n", "{0} {1} HTTP/1.1\u000b\r\n", "{0} /%00{1} HTTP/1.1\r\n", "{0} //x{1} HTTP/1.1\r\n",
    ];

    // {0} is the size of the content {1}.
    private static readonly string[] _chunks =
    [
        "{0:x}\r\n{1}\r\n", "{0:x}\r\n{1}\r\n", "{0:X}\r\n{1}\r\n", "00{0:x}\r\n{1}\r\n", "{0:x};a=b\r\n{1}\r\n", "{0:x} ; a = \"b\\\"\u00e9\"\r\n{1}\r\n", "{0:x};a\r\n{1}\r\n",
        "{0:x} \r\n{1}\r\n", " {0:x}\r\n{1}\r\n", "0x{0:x}\r\n{1}\r\n", "+{0:x}\r\n{1}\r\n", "-{0:x}\r\n{1}\r\n", "{0:x}_0\r\n{1}\r\n", "{0:x} x\r\n{1}\r\n", "{0:x}\n{1}\r\n", "{0:x}\r\n{1}\n",
        "{0:x}\r\n{1}\rX", "{0:x}\r\n{1}XX", "{0:x}\r\n{1}", "{0:x}\rX{1}\r\n", "{0:x};\n\r\n{1}\r\n", "{0:x};a\rb\r\n{1}\r\n", "{0:x};\r\n{1}\r\n", "{0:x};a=\"\r\n{1}\r\n", "\r\n{1}\r\n",
        "00000000000000000{0:x}\r\n{1}\r\n", "8000000000000000{0:x}\r\n{1}\r\n", "1000000000000000{0:x}\r\n{1}\r\n", "ffffffffffffffff\r\n{1}\r\n", "{0:x}\0\r\n{1}\r\n", "{0:x}\t\r\n{1}\r\n",
    ];

    private static readonly string[] _ends =
    [
        "0\r\n\r\n", "0\r\n\r\n", "000\r\n\r\n", "0;x\r\n\r\n", "0\r\nX-Sum: 1\r\n\r\n", "0\r\nContent-Length: 35\r\nX-Sum: 2\r\n\r\n", "0\r\nTransfer-Encoding: chunked\r\nHost: b\r\n\r\n",
        "0\r\nX-A : 1\r\n\r\n", "0\r\n X-A: 1\r\n\r\n", "0\r\nX: \0\r\n\r\n", "0\r\n\n", "0\n\r\n", "0\r\n", "", "0 x\r\n\r\n", "0;\n\r\n" + Evil, "0\r\nX: y\n\r\n" + Evil, "0\r\n\rX", "-0\r\n\r\n", "0x0\r\n\r\n",
        "0\r\nX: y\rZ\r\n\r\n",
    ];

    private static readonly string[] _noise = ["\r", "\n", "\r\n", " ", "\t", "\0", ":", ";", "\u000b", "\u0085", "\u00a0", ",", "0", "\r\n\r\n", "\n\n", Evil];

    private readonly Random _random = new(seed);
    private int _next;

    /// <summary>What is sent over one connection.</summary>
    public string Connection()
    {
        StringBuilder text = new();
        for (int messages = _random.Next(1, 4); messages > 0; messages--)
        {
            string message = Message(_random.Next(2) == 0 ? 0 : _random.Next(1, 3));
            text.Append(_random.Next(12) == 0 ? Spoilt(message) : message);
        }

        return text.ToString();
    }

    private string Message(int oddities)
    {
        string method = Pick(oddities == 0 ? _methods[..8] : _methods);
        string target = string.Create(CultureInfo.InvariantCulture, $"/{seed}/{_next++}");
        StringBuilder text = new();
        text.AppendFormat(CultureInfo.InvariantCulture, oddities > 0 && _random.Next(3) == 0 ? Pick(_lines) : "{0} {1} HTTP/1.1\r\n", method, target);
        text.Append(oddities > 0 && _random.Next(20) == 0 ? "" : "Host: a\r\n");
        string[] fields = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Pick(_plain)).Where(field => oddities > 0 || !field.Contains("close", StringComparison.Ordinal))];
        foreach (string field in fields)
        {
            text.Append(field).Append(oddities > 0 && _random.Next(8) == 0 ? "\n" : "\r\n");
        }

        string body = Body(text, method is "GET" or "HEAD" or "OPTIONS" or "DELETE" or "CONNECT" or "TRACE" ? _random.Next(6) : _random.Next(3), oddities);
        for (int odd = _random.Next(oddities + 1); odd > 0; odd--)
        {
            text.Append(Pick(_framing)).Append("\r\n");
        }

        return text.Append(oddities > 0 && _random.Next(20) == 0 ? Pick(["\n", "\r\r\n", "\rX\r\n", "\0\r\n", " \r\n"]) : "\r\n").Append(body).ToString();
    }

    // Adds the field that frames it.
    private string Body(StringBuilder head, int kind, int oddities)
    {
        string content = Pick(["", "body", Evil, new string('x', _random.Next(3000)), Evil + Evil]);
        switch (kind)
        {
            case 0:
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {content.Length}\r\n");
                return content;
            case 1:
                head.Append("Transfer-Encoding: chunked\r\n");
                StringBuilder body = new();
                for (int chunks = _random.Next(4); chunks > 0; chunks--)
                {
                    string piece = content.Length == 0 ? Evil : content[_random.Next(content.Length)..];
                    body.AppendFormat(CultureInfo.InvariantCulture, Pick(oddities == 0 ? _chunks[..6] : _chunks), piece.Length, piece);
                }

                return body.Append(Pick(oddities == 0 ? _ends[..6] : _ends)).ToString();
            default:
                return "";
        }
    }

    private string Spoilt(string message)
    {
        int at = _random.Next(message.Length);
        return message.Remove(at, _random.Next(2)).Insert(at, Pick(_noise));
    }

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
