using System;

using BenchmarkDotNet.Attributes;

using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Http.Text;

namespace Sluice.Micro;

/// <summary>The user-space work of a cached file: read a head, find its framing, write the answer's head. 0 B each.</summary>
[MemoryDiagnoser]
public class HttpBenchmarks
{
    private readonly byte[] _short = [.. "GET /index.html HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"u8];

    private readonly byte[] _browser =
    [
        .. "GET /docs/a/page.html?x=1 HTTP/1.1\r\nHost: www.example.com\r\n"u8,
        .. "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"u8,
        .. "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"u8,
        .. "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"u8,
        .. "Connection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\n"u8,
        .. "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\nPriority: u=0, i\r\n\r\n"u8,
    ];

    private readonly RequestHead _head = new();
    private readonly HttpDateText _date = new();
    private readonly byte[] _output = new byte[4096];
    private readonly byte[] _path = new byte[1024];
    private readonly DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly PreparedHead _prepared = Prepare();

    [Benchmark]
    public ParseStatus ShortHead() => Parse(_short);

    [Benchmark]
    public ParseStatus BrowserHead() => Parse(_browser);

    [Benchmark]
    public int AnswerHead() => _prepared.Write(Continuation.Keep, _date.At(_now), _output);

    [Benchmark]
    public int Path()
    {
        _ = PercentEncoding.Decode("/docs/a/page.html"u8, _path, out int length);
        _ = CanonicalPath.TryResolve(_path.AsSpan(0, length), _path, out int written);
        return written;
    }

    private static PreparedHead Prepare()
    {
        ResponseFields fields = new();
        fields.Add("Content-Length"u8, 1024);
        fields.Add("Content-Type"u8, "text/html"u8);
        fields.Add("Last-Modified"u8, "Fri, 02 Jan 2026 03:04:05 GMT"u8);
        fields.Add("Server"u8, "httpd"u8);
        return PreparedHead.Make(200, fields);
    }

    private ParseStatus Parse(byte[] message)
    {
        _head.Clear();
        ParseStatus status = RequestParser.Parse(message, _head, HeadLimits.Httpd);
        return BodyFraming.OfRequest(_head).Kind == BodyKind.None && Persistence.OfRequest(_head) == Continuation.Keep
            ? status
            : throw new InvalidOperationException("The head is good.");
    }
}
