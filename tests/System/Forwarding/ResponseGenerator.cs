using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Sluice.System.Forwarding;

/// <summary>Makes what a host answers: most of it good, the rest with something that readers are known to take in different ways.</summary>
internal sealed class ResponseGenerator(int seed)
{
    private const string Evil = "HTTP/1.1 200 OK\r\nX-Evil: 1\r\nContent-Length: 4\r\n\r\nevil";

    private static readonly string[] _lines =
    [
        "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.0 200 OK", "HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified",
        "HTTP/1.1 500 \u00e9", "HTTP/1.1 99x OK", "HTTP/1.1 099 OK", "HTTP/1.1 600 OK", "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK", " HTTP/1.1 200 OK", "HTTP/2.0 200 OK", "http/1.1 200 OK",
        "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 100 Continue", "HTTP/1.1 20 OK", "HTTP/1.10 200 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200 O\0K", "HTTP/1.1 200 O\rK", "ICY 200 OK", "<html>", "",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found", "\r\nHTTP/1.1 200 OK",
    ];

    private static readonly string[] _fields =
    [
        "Server: x", "Set-Cookie: a=b", "Set-Cookie: c=d", "X-Empty:", "X-Latin: \u00e9", "Connection: keep-alive", "Connection: X-Named", "X-Named: 1", "Keep-Alive: timeout=5", "Trailer: X-Sum",
        "Proxy-Connection: close", "Content-Type: text/html", "Upgrade: h2c", "Connection: close", "Content_Length: 4", "Transfer_Encoding: chunked",
    ];

    private static readonly string[] _oddities =
    [
        "Content-Length: 0", "Content-Length: 4", "Content-Length: +4", "Content-Length: -1", "Content-Length: 0x4", "Content-Length: 4, 4", "Content-Length:", "Content-Length : 4",
        "Content-Length: 18446744073709551620", "Content-Length: 4\r\n 5", " Content-Length: 4", "Transfer-Encoding: chunked", "Transfer-Encoding : chunked", "Transfer-Encoding: identity",
        "Transfer-Encoding: ,chunked", "Transfer-Encoding: chunked,", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding:\vchunked", "Transfer-Encoding: cow", "Transfer-Encoding: ",
        "X: y\rTransfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked", "X: y\0", ": x", "X", "X\u0001: y", "X: y\r\n\tz", " X: y", "X\u00a0: y",
    ];

    private static readonly string[] _chunks =
    [
        "{0:x}\r\n{1}\r\n", "{0:X}\r\n{1}\r\n", "00{0:x}\r\n{1}\r\n", "{0:x};a=b\r\n{1}\r\n", "{0:x} \r\n{1}\r\n", " {0:x}\r\n{1}\r\n", "0x{0:x}\r\n{1}\r\n", "{0:x}\n{1}\r\n", "{0:x}\r\n{1}\n",
        "{0:x}\r\n{1}XX", "{0:x}\r\n{1}", "{0:x};\n\r\n{1}\r\n", "-{0:x}\r\n{1}\r\n", "{0:x} x\r\n{1}\r\n", "1000000000000000{0:x}\r\n{1}\r\n", "\r\n{1}\r\n",
    ];

    private static readonly string[] _ends =
    [
        "0\r\n\r\n", "0\r\nX-Sum: 1\r\n\r\n", "00;x\r\n\r\n", "0\r\nContent-Length: 4\r\nSet-Cookie: evil=1\r\nX-Sum: 1\r\n\r\n", "0\r\nX : y\r\n\r\n", "0\r\n", "", "0\r\n\n", "0\n\r\n", "0;\n\r\n" + Evil,
    ];

    private static readonly string[] _noise = ["\r", "\n", "\r\n", " ", "\0", ":", ";", "\u000b", "\r\n\r\n", "0", Evil];

    private readonly Random _random = new(seed);

    /// <summary>What is sent, and what is done then.</summary>
    public Answer Answer()
    {
        bool isOdd = _random.Next(2) == 0;
        StringBuilder text = new(Pick(isOdd ? _lines : _lines[..9]) + "\r\n");
        foreach (string field in Enumerable.Range(0, _random.Next(4)).Select(_ => Pick(_fields)))
        {
            text.Append(field).Append(isOdd && _random.Next(8) == 0 ? "\n" : "\r\n");
        }

        string body = Body(text, isOdd);
        for (int odd = isOdd ? _random.Next(2) : 0; odd > 0; odd--)
        {
            text.Append(Pick(_oddities)).Append("\r\n");
        }

        text.Append("\r\n").Append(body);
        text.Append(_random.Next(8) == 0 ? Evil : "");
        if (isOdd && _random.Next(6) == 0)
        {
            text.Insert(_random.Next(text.Length), Pick(_noise));
        }

        string whole = text.ToString();
        Afterwards afterwards = _random.Next(3) == 0 && HasEnd(whole) ? Afterwards.Keep : Afterwards.Close;
        return new Answer(whole, _random.Next(12) == 0 ? Afterwards.Reset : afterwards);
    }

    // Without it a relay waits until the host closes.
    private static bool HasEnd(string text) => Reader.Responses(text, Form.Received, ["GET"]).Messages.Any(static message =>
        message.Status is 204 or 304 || (message.Status >= 200 && message.Values("Content-Length").Concat(message.Values("Transfer-Encoding")).Any()));

    private string Body(StringBuilder head, bool isOdd)
    {
        string content = Pick(["", "body", Evil, new string('x', _random.Next(40_000))]);
        switch (_random.Next(3))
        {
            case 0:
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {content.Length}\r\n");
                return content;
            case 1:
                head.Append("Transfer-Encoding: chunked\r\n");
                StringBuilder body = new();
                for (int chunks = _random.Next(4); chunks > 0; chunks--)
                {
                    string piece = content.Length == 0 ? "piece" : content[_random.Next(content.Length)..];
                    body.AppendFormat(CultureInfo.InvariantCulture, Pick(isOdd ? _chunks : _chunks[..4]), piece.Length, piece);
                }

                return body.Append(Pick(isOdd ? _ends : _ends[..4])).ToString();
            default:
                return content;
        }
    }

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
