using System;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Http.Codec;
using Sluice.Http.Messages;

using Xunit;

namespace Sluice.Unit.Http.Messages;

public sealed class MessageTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void Three_formats_of_a_date_are_read(string text)
    {
        Assert.True(HttpDate.TryParse(Encoding.ASCII.GetBytes(text), _now, out DateTimeOffset time));
        Assert.Equal(new DateTimeOffset(1994, 11, 6, 8, 49, 37, TimeSpan.Zero), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not-a-date")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 PST")]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 99999 08:49:37 GMT")]
    [InlineData("Sun, -6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Sun, 06 Nov 0000 08:49:37 GMT")]
    [InlineData("day, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMTx")]
    [InlineData("Sun Nov 99 08:49:37 1994")]
    [InlineData(",")]
    [InlineData("abc,")]
    public void What_is_no_date_is_refused(string text) => Assert.False(HttpDate.TryParse(Encoding.ASCII.GetBytes(text), _now, out _));

    [Theory]
    [InlineData("76", 2076)]
    [InlineData("77", 1977)]
    public void A_year_of_two_digits_is_at_most_50_years_ahead(string year, int expected)
    {
        Assert.True(HttpDate.TryParse(Encoding.ASCII.GetBytes($"Sunday, 06-Nov-{year} 08:49:37 GMT"), _now, out DateTimeOffset time));
        Assert.Equal(expected, time.Year);
    }

    [Fact]
    public void A_date_is_written_as_it_is_read()
    {
        HttpDateText text = new();
        DateTimeOffset time = DateTimeOffset.Parse("2026-02-03T04:05:06.7Z", CultureInfo.InvariantCulture);

        Assert.Equal("Tue, 03 Feb 2026 04:05:06 GMT", Encoding.ASCII.GetString(text.At(time)));
        Assert.Equal("Tue, 03 Feb 2026 04:05:07 GMT", Encoding.ASCII.GetString(text.At(time.AddSeconds(0.4))));
    }

    [Fact]
    public void Fields_are_sent_by_name_and_repeated_ones_in_their_order()
    {
        ResponseFields fields = new();
        fields.Add("server"u8, "x"u8);
        fields.Add("Set-Cookie"u8, "a"u8);
        fields.Add("Content-Length"u8, 5);
        fields.Add("set-cookie"u8, "b"u8);
        fields.Add("Accept-Ranges"u8, "bytes"u8);
        fields.Add("Set"u8, "c"u8);
        fields.Add("X"u8, "c"u8);
        fields.Remove("x"u8);

        Span<byte> output = new byte[1000];
        int length = PreparedHead.Make(200, fields).Write(Continuation.Keep, new HttpDateText().At(_now), output);

        Assert.Equal(
            "HTTP/1.1 200 OK\r\nAccept-Ranges: bytes\r\nConnection: keep-alive\r\nContent-Length: 5\r\n" +
            "Date: Wed, 25 Nov 2026 00:00:00 GMT\r\nserver: x\r\nSet: c\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\n",
            Encoding.ASCII.GetString(output[..length]));
    }

    [Fact]
    public void A_prepared_head_is_that_of_its_parts_on_a_connection_that_ends()
    {
        ResponseFields fields = new();
        fields.Add("Allow"u8, "GET"u8);
        fields.Add("Content-Length"u8, 5);
        fields.Add("Server"u8, "x"u8);
        ReadOnlySpan<byte> date = new HttpDateText().At(_now);

        Span<byte> prepared = new byte[1000];
        int length = PreparedHead.Make(200, fields).Write(Continuation.Close, date, prepared);
        Span<byte> written = new byte[1000];
        int end = PreparedHead.Write(200, fields, Continuation.Close, date, written).End;

        Assert.Equal(Encoding.ASCII.GetString(written[..end]), Encoding.ASCII.GetString(prepared[..length]));
        Assert.Contains("\r\nConnection: close\r\nContent-Length: 5\r\nDate: Wed, 25 Nov 2026 00:00:00 GMT\r\nServer: x\r\n\r\n", Encoding.ASCII.GetString(written[..end]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("a b", "a")]
    [InlineData("a", "b\r\nc: d")]
    [InlineData("a", "b\0")]
    public void What_could_end_the_head_is_no_field(string name, string value) =>
        Assert.False(new ResponseFields().TryAdd(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(value)));

    [Theory]
    [InlineData(200, "OK")]
    [InlineData(418, "I'm a teapot")]
    [InlineData(599, "Unknown Error")]
    [InlineData(7, "Unknown Error")]
    public void A_code_has_a_reason(int code, string reason) => Assert.Equal(reason, Encoding.ASCII.GetString(StatusCode.Reason(code)));

    [Fact]
    public void The_codes_are_those_of_the_table() => Assert.Equal(
        "100 101 102 103 200 201 202 203 204 205 206 207 208 226 300 301 302 303 304 305 306 307 308 400 401 402 403 404 405 406 407 408 409 410 411 "
        + "412 413 414 415 416 417 418 420 422 423 424 425 426 428 429 431 451 500 501 502 503 504 505 506 507 508 510 511",
        string.Join(' ', Enumerable.Range(0, 1000).Where(StatusCode.IsKnown)));

    [Theory]
    [InlineData(103, false)]
    [InlineData(200, true)]
    [InlineData(204, false)]
    [InlineData(304, false)]
    [InlineData(404, true)]
    public void Some_codes_have_no_body(int code, bool hasBody) => Assert.Equal(hasBody, StatusCode.HasBody(code));
}
