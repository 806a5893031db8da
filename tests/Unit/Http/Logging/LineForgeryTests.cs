using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using Sluice.Http.Logging;
using Sluice.Httpd.Logging;

using Xunit;

namespace Sluice.Unit.Http.Logging;

/// <summary>Whatever byte a client puts into whatever field, a line keeps its form (D-10).</summary>
public sealed class LineForgeryTests
{
    private const string Quoted = "\"([^\"\\\\]|\\\\.)*\"";
    private const string Common = "^www\\.example\\.com 192\\.0\\.2\\.7 - [^ ]+ \\[now\\] " + Quoted + " 200 5";

    public static TheoryData<byte> AllBytes => [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];

    [Theory]
    [MemberData(nameof(AllBytes))]
    public void A_common_line_keeps_its_form(byte value) => Assert.Matches(Whole(Common), Line(LogStyle.Common, value));

    [Theory]
    [MemberData(nameof(AllBytes))]
    public void A_combined_line_keeps_its_form(byte value) =>
        Assert.Matches(Whole($"{Common} {Quoted} {Quoted}"), Line(LogStyle.Combined, value));

    [Theory]
    [MemberData(nameof(AllBytes))]
    public void A_forwarded_line_keeps_its_form(byte value) =>
        Assert.Matches(Whole($"{Common} {Quoted} {Quoted} [^ ]+ [^ ]+"), Line(LogStyle.Forwarded, value));

    [Theory]
    [MemberData(nameof(AllBytes))]
    public void An_object_of_JSON_gives_each_byte_back(byte value)
    {
        string line = Line(LogStyle.Json, value);
        using JsonDocument document = JsonDocument.Parse(line);

        string text = Encoding.Latin1.GetString(Field(value));
        Assert.All(
            (string[])["user", "method", "query", "version", "referer", "user_agent", "forwarded_for", "forwarded_port", "request_id"],
            name => Assert.Equal(text, document.RootElement.GetProperty(name).GetString()));
        Assert.Equal(16, document.RootElement.EnumerateObject().Count());
    }

    [Theory]
    [MemberData(nameof(AllBytes))]
    public void Every_style_is_one_line_of_visible_ASCII(byte value) => Assert.All(
        Enum.GetValues<LogStyle>(),
        style => Assert.Matches(Whole("[ -~]+"), Line(style, value)));

    [Theory]
    [MemberData(nameof(AllBytes))]
    public void A_line_about_a_connection_keeps_its_form(byte value)
    {
        ConnectionLine connection = new();
        connection.Add(Field(value));
        connection.Add(Field(value));
        connection.NoteRequest(Field(value));
        connection.NoteAnswer(404);
        byte[] line = new byte[connection.Bound("s"u8)];
        ConnectionFacts facts = new(12, 3, Address(51234), Address(443));
        int length = connection.Write("s"u8, facts, "done"u8, line, PathListing.Shown);

        Assert.Matches(
            Whole("server s, client 12 \\(3 active\\), 192\\.0\\.2\\.7:51234 -> 192\\.0\\.2\\.7:443, [^ ]+ \\(404 Not Found\\), \\[[^ ]+\\] \\[[^ ]+\\]"),
            Encoding.Latin1.GetString(line, 0, length));
    }

    [Fact]
    public void A_usual_port_is_not_shown() =>
        Assert.Equal("server s, client 1 (1 active), 192.0.2.7:51234 -> 192.0.2.7, done\n", ConnectionOf(80, static _ => { }));

    [Fact]
    public void A_list_that_grows_without_end_is_cut()
    {
        string line = ConnectionOf(80, static connection => Assert.All(Enumerable.Range(0, 5000), _ => connection.Add("/abcdefgh"u8)));

        Assert.EndsWith(" [/abcdefgh] [...]\n", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 15_000, 17_000);
    }

    private static string ConnectionOf(int port, Action<ConnectionLine> requests)
    {
        ConnectionLine connection = new();
        requests(connection);
        byte[] line = new byte[connection.Bound("s"u8)];
        return Encoding.Latin1.GetString(
            line, 0, connection.Write("s"u8, new ConnectionFacts(1, 1, Address(51234), Address(port)), "done"u8, line, PathListing.Shown));
    }

    private static Sluice.Engine.Io.SocketAddress Address(int port) => Sluice.Engine.Io.SocketAddress.FromIp([192, 0, 2, 7], port);

    private static Regex Whole(string pattern) => new(pattern + "\n\\z", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static byte[] Field(byte value) => [value, (byte)'a', value, value, (byte)'"', value];

    private static string Line(LogStyle style, byte value)
    {
        byte[] field = Field(value);
        AccessEntry entry = new()
        {
            Host = "www.example.com"u8,
            Client = "192.0.2.7"u8,
            Proxy = "192.0.2.8"u8,
            Time = "now"u8,
            User = field,
            Method = field,
            Path = field,
            HasQuery = true,
            Query = field,
            Version = field,
            Status = 200,
            Bytes = 5,
            Referer = field,
            UserAgent = field,
            ForwardedFor = field,
            ForwardedPort = field,
            RequestId = field,
        };
        byte[] line = new byte[AccessLine.Bound(style, entry)];
        return Encoding.Latin1.GetString(line, 0, AccessLine.Write(style, entry, line));
    }
}
