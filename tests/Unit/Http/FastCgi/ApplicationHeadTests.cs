using System;
using System.Linq;
using System.Text;

using Sluice.Http.FastCgi;
using Sluice.Http.Messages;

using Xunit;

namespace Sluice.Unit.Http.FastCgi;

/// <summary>The head of an application's answer (H-FCGI-38 to H-FCGI-44, hostile input 57).</summary>
public sealed class ApplicationHeadTests
{
    private readonly ApplicationHead _head = new();
    private readonly ResponseFields _fields = new();

    [Theory]
    [InlineData("A: b\r\n\r\nbody", 8)]
    [InlineData("A: b\n\nbody", 6)]
    [InlineData("A: b\r\rbody", 6)]
    [InlineData("A: b\r\n\nbody", 7)]
    [InlineData("A: b\n\r\nbody", 7)]
    [InlineData("\r\nbody", 2)]
    [InlineData("\nbody", 1)]
    public void Ends_with_an_empty_line_of_any_kind(string text, int length) => Assert.Equal(length, End(text, text.Length));

    [Theory]
    [InlineData("A: b\r\n\r\nbody")]
    [InlineData("A: b\n\nbody")]
    [InlineData("A: b\r\n\nB\r\rbody")]
    public void Is_found_whatever_the_pieces_it_comes_in(string text)
    {
        int? whole = End(text, text.Length);
        Assert.All(Enumerable.Range(1, text.Length - 1), piece => Assert.Equal(whole, End(text, piece)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A: b")]
    [InlineData("A: b\r\n")]
    [InlineData("A: b\r\n\r")]
    public void Is_not_whole_before_its_empty_line(string text)
    {
        int searched = 0;
        Assert.Null(ApplicationHead.FindEnd(Encoding.Latin1.GetBytes(text), ref searched));
    }

    [Theory]
    [InlineData("Content-Type: text/plain", 200)]
    [InlineData("Status: 404 Nothing Here", 404)]
    [InlineData("status:503", 503)]
    [InlineData("Location: /elsewhere", 302)]
    [InlineData("Location: /elsewhere\r\nStatus: 201 Created", 201)]
    [InlineData("Status: 201 Created\r\nLocation: /elsewhere", 201)]
    [InlineData("Status: 299", 200)] // no entry of the table (H-FCGI-40)
    public void Says_its_status(string lines, int status)
    {
        Assert.Equal(ApplicationFault.None, Read(lines));
        Assert.Equal(status, _head.Status);
    }

    [Theory]
    [InlineData("Status: abc", ApplicationFault.Status)]
    [InlineData("Status: 20", ApplicationFault.Status)]
    [InlineData("Status: 2000", ApplicationFault.Status)]
    [InlineData("Status: 100 Continue", ApplicationFault.Status)]
    [InlineData("Status:", ApplicationFault.Status)]
    [InlineData("no colon", ApplicationFault.FieldLine)]
    [InlineData(": no name", ApplicationFault.FieldLine)]
    [InlineData("PHP Warning:  something", ApplicationFault.FieldLine)]
    [InlineData(" folded: x", ApplicationFault.FieldLine)]
    [InlineData("X: a\u0000b", ApplicationFault.FieldValue)]
    [InlineData("X: a\u007fb", ApplicationFault.FieldValue)]
    [InlineData("Content-Length: -1", ApplicationFault.ContentLength)]
    [InlineData("Content-Length: 1 2", ApplicationFault.ContentLength)]
    [InlineData("Content-Length: 99999999999999999999", ApplicationFault.ContentLength)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5", ApplicationFault.ContentLength)]
    public void Is_refused_where_it_cannot_be_sent_on(string lines, ApplicationFault fault) => Assert.Equal(fault, Read(lines));

    [Fact]
    public void Keeps_fields_with_any_visible_byte()
    {
        Assert.Equal(ApplicationFault.None, Read("Set-Cookie: a=1\r\nSet-Cookie:   b=\u00e9 \r\nX-Tab: a\tb\r\nX-Empty:"));
        Assert.Equal("Set-Cookie: a=1|Set-Cookie: b=\u00e9|X-Empty: |X-Tab: a\tb|", Fields());
    }

    [Fact]
    public void Loses_what_concerns_a_connection_only()
    {
        Assert.Equal(ApplicationFault.None, Read(
            "Connection: close, X-Mine\r\nX-Mine: 1\r\nTransfer-Encoding: chunked\r\nKeep-Alive: 5\r\nUpgrade: h2c\r\nTE: x\r\nTrailer: y\r\n"
            + "Proxy-Connection: z\r\nX-Kept: 1\r\nConnection: Content-Type\r\nContent-Type: text/plain"));
        Assert.Equal("Content-Type: text/plain|X-Kept: 1|", Fields());
    }

    [Fact]
    public void Says_its_length_and_does_not_send_it_on_itself()
    {
        Assert.Equal(ApplicationFault.None, Read("Content-Length: 26"));
        Assert.Equal(26, _head.Length);
        Assert.Equal("", Fields());
    }

    private static int? End(string text, int piece)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        int searched = 0;
        int? end = null;
        for (int length = int.Min(piece, bytes.Length); end is null; length = int.Min(length + piece, bytes.Length))
        {
            end = ApplicationHead.FindEnd(bytes.AsSpan(0, length), ref searched);
            Assert.True(end is not null || length < bytes.Length, "a head that is there is found");
        }

        return end;
    }

    private ApplicationFault Read(string lines) => _head.Read(Encoding.Latin1.GetBytes(lines + "\r\n\r\n"), _fields);

    private string Fields()
    {
        StringBuilder text = new();
        for (int index = 0; index < _fields.Count; index++)
        {
            text.Append(Encoding.Latin1.GetString(_fields.Name(index))).Append(": ").Append(Encoding.Latin1.GetString(_fields.Value(index))).Append('|');
        }

        return text.ToString();
    }
}
