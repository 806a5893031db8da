using System;
using System.Linq;
using System.Text;

namespace Sluice.Fuzz.Targets;

/// <summary>Makes messages that are nearly valid: good parts at random, some of them bad, some bytes changed.</summary>
internal static class MessageGenerator
{
    private static readonly string[] _methods = ["GET", "GET", "POST", "OPTIONS", "CONNECT", "TRACE", "get", "M-SEARCH", "G@T", ""];

    private static readonly string[] _targets =
    [
        "/", "/a/b?c=d", "/%41?", "*", "http://h.example:80/p?q", "https://h", "HTTP://h?q", "http:///x", "h:443", "[::1]:1", "a", "/#f", "//",
    ];

    private static readonly string[] _versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.9", "HTTP/2.0", "HTTP/1.", "http/1.1"];

    private static readonly string[] _codes = ["200", "200", "204", "304", "100", "101", "599", "099", "600", "20", "2000", "2x0", ""];

    private static readonly string[] _reasons = ["", " ", " OK", " Not\tF\u00f6und", " a  b ", "\t", "x"];

    private static readonly string[] _fields =
    [
        "Host: www.example.com", "host:\ta.b:8080 ", "Host: [fe80::1]", "Host: a,b", "X-A: b", "X-A:", "A: \u00e9\t z", "A : b", " fold", "B", ": c",
        "Content-Length: 5", "Content-Length: 00", "content-length:9223372036854775808", "Content-Length: +1", "Content-Length: 1,1",
        "Transfer-Encoding: chunked", "TRANSFER-ENCODING: Chunked ", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding:",
        "Connection: close", "Expect: 100-continue",
    ];

    private static readonly string[] _chunks =
    [
        "5\r\nhello\r\n", "1\r\nx\r\n", "00003;a\r\nabc\r\n", "a;b=c;d=\"e\\\"\u00e9\"\r\n0123456789\r\n", "2 ; a = b\r\nxy\r\n", "1;\r\nx\r\n",
        "0A\r\n0123456789\r\n", "B\r\nhello world\r\n", "0;x\r\nX-A: 1\r\nHost: b\r\nset-cookie: c\r\nX-B:\r\n\r\n",
        "0x1\r\nx\r\n", "1\r\nxy\r\n", "1\nx\r\n", "8000000000000000\r\n", "0\r\n\r\n", "0\r\nA: b\r\n\r\n", "0\r\nA : b\r\n\r\n", "0;x\r\nContent-Length: 5\r\n\r\n",
    ];

    private static readonly string[] _noise =
        ["\r", "\n", "\r\n", " ", "\t", "\0", ":", ";", "=", "\"", "\\", "/", "?", "#", "@", "[", "]", ",", "0", "f", "\u007f", "\u0080", "\u000b"];

    public static byte[] Head(Random random)
    {
        StringBuilder text = new();
        text.Append(Pick(random, _methods)).Append(' ').Append(Pick(random, _targets)).Append(' ').Append(Pick(random, _versions)).Append("\r\n");
        AppendFields(random, text, _fields);
        text.Append("\r\n");
        return Spoil(random, text);
    }

    public static byte[] Message(Random random)
    {
        StringBuilder text = new(random.Next(5) == 0 ? "PUT /x HTTP/1.0\r\nHost: a\r\n" : "POST /x HTTP/1.1\r\nHost: a\r\n");
        AppendFields(random, text, [.. _fields.Where(field => field.Contains("ength", StringComparison.Ordinal) || field.Contains("chunked", StringComparison.OrdinalIgnoreCase))]);
        text.Append("\r\n");
        AppendChunks(random, text);
        return Spoil(random, text);
    }

    public static byte[] Chunks(Random random)
    {
        StringBuilder text = new();
        AppendChunks(random, text);
        return text.Length == 0 ? [] : Spoil(random, text);
    }

    public static byte[] Response(Random random)
    {
        StringBuilder text = new();
        text.Append(Pick(random, _versions)).Append(' ').Append(Pick(random, _codes)).Append(Pick(random, _reasons)).Append("\r\n");
        AppendFields(random, text, _fields);
        text.Append("\r\n");
        return Spoil(random, text);
    }

    private static void AppendChunks(Random random, StringBuilder text)
    {
        for (int chunks = random.Next(4); chunks > 0; chunks--)
        {
            text.Append(Pick(random, _chunks));
        }

        text.Append(random.Next(3) == 0 ? "" : "0\r\n\r\n");
    }

    private static void AppendFields(Random random, StringBuilder text, string[] fields)
    {
        for (int count = random.Next(4); count > 0; count--)
        {
            text.Append(Pick(random, fields)).Append("\r\n");
        }
    }

    private static byte[] Spoil(Random random, StringBuilder text)
    {
        if (random.Next(50) == 0)
        {
            text.Insert(random.Next(text.Length), new string('a', 8000 + random.Next(300)));
        }

        for (int changes = random.Next(3); changes > 0; changes--)
        {
            int at = random.Next(text.Length);
            text.Remove(at, random.Next(2)).Insert(at, Pick(random, _noise));
        }

        int length = random.Next(8) == 0 ? random.Next(text.Length) : text.Length;
        return Encoding.Latin1.GetBytes(text.ToString(0, length));
    }

    private static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
