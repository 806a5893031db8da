using System;
using System.Text;

namespace Sluice.Unit.Http.Codec;

/// <summary>Makes requests that are nearly valid: good parts, put together at random, with some bytes changed.</summary>
internal static class Requests
{
    private static readonly string[] _lines =
        ["GET / HTTP/1.1\r\n", "POST /a?b=c HTTP/1.1\r\n", "PUT /x HTTP/1.0\r\n", "OPTIONS * HTTP/1.1\r\n", "GET http://h:1/p HTTP/1.1\r\n"];

    private static readonly string[] _fields =
    [
        "Host: a.example\r\n", "Host: [::1]:80\r\n", "X-A: b\r\n", "Content-Length: 5\r\n", "Content-Length: 05 \r\n",
        "Transfer-Encoding: chunked\r\n", "Connection: close, TE\r\n", "Expect: 100-continue\r\n", "A:\r\n", " fold\r\n", "B:\t x \t\r\n",
    ];

    private static readonly string[] _bodies =
        ["", "hello", "5\r\nhello\r\n0\r\n\r\n", "1;a=b\r\nx\r\n00\r\nT: v\r\n\r\n", "3 ; q=\"\\\"\"\r\nabc\r\n0\r\n\r\nGET", "0x\r\n"];

    private static readonly string[] _noise = ["\r", "\n", " ", "\0", ":", ";", "\r\n", "\t", "0", "é", "\"", "f"];

    public static byte[] Make(int seed)
    {
        Random random = new(seed);
        StringBuilder text = new(Pick(random, _lines));
        text.Append("Host: www.example.test\r\n", 0, random.Next(4) == 0 ? 0 : 24);
        for (int fields = random.Next(5); fields > 0; fields--)
        {
            text.Append(Pick(random, _fields));
        }

        text.Append("\r\n").Append(Pick(random, _bodies));
        for (int changes = random.Next(3); changes > 0; changes--)
        {
            text.Insert(random.Next(text.Length), Pick(random, _noise));
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
