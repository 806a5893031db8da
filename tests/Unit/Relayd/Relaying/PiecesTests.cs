using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>Slow clients and slow hosts: messages that come in small pieces, wherever these are cut, go on as if they had come at once.</summary>
public sealed class PiecesTests : IDisposable
{
    private const int BodyBytes = 9_001;

    // The bytes of the chunks of a body; the last is what is left.
    private static readonly int[] _chunks = [1, 2, 1_399, 4_096, 17];

    private readonly RelayRun _relay = new();

    public static TheoryData<int, string, string> EachInHttp =>
        [.. from piece in (int[])[7, 100, 1_400]
            from framing in (string[])["counted", "chunked"]
            from way in (string[])["splice", "copy"]
            select (piece, framing, way)];

    public void Dispose() => _relay.Dispose();

    [Theory]
    [MemberData(nameof(EachInHttp))]
    public void A_message_goes_on_whole(int piece, string framing, string way)
    {
        string fields = string.Concat(Enumerable.Range(0, 40).Select(static number => $"X-{number}: a value of some length\r\n"));
        string request = "POST /x HTTP/1.1\r\nHost: a\r\n" + fields + Body(framing, seed: 1);
        string answer = "HTTP/1.1 200 OK\r\n" + fields + Body(framing, seed: 2);
        _relay.ChangeProtocol(protocol => protocol with { Type = ProtocolType.Http, Splice = way is "splice" });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _relay.Loop.Spawn(() => Send(client, request + request, piece));
            Connection host = await _relay.AcceptHost();
            await Answer(client, host, request, answer, piece);
            await Answer(client, host, request, answer, piece);
        });
    }

    // Each place of a head, and of the lines between chunks, is a place at which something may be cut.
    [Theory]
    [InlineData("counted")]
    [InlineData("chunked")]
    public void A_message_may_be_cut_in_two_anywhere(string framing)
    {
        string body = framing is "counted" ? "Content-Length: 5\r\n\r\nhello" : "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n";
        string request = "POST /x HTTP/1.1\r\nHost: a\r\n" + body;
        string answer = "HTTP/1.1 200 OK\r\n" + body;
        _relay.ChangeProtocol(static protocol => protocol with { Type = ProtocolType.Http });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await SendCut(client, request, 1);
            Connection host = await _relay.AcceptHost();
            await CutEverywhere(client, host, request, answer);
        });
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(100, true)]
    [InlineData(1_400, true)]
    [InlineData(7, false)]
    [InlineData(1_400, false)]
    public void Bytes_of_a_plain_relay_go_on_in_order_both_ways(int piece, bool isSpliced)
    {
        string question = Content(3, BodyBytes);
        string answer = Content(4, BodyBytes);
        _relay.ChangeProtocol(protocol => protocol with { Splice = isSpliced });
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            _relay.Loop.Spawn(() => Send(client, question, piece));
            _relay.Loop.Spawn(() => Send(host, answer, piece));
            Assert.Equal(question, await Receive(host, question.Length));
            Assert.Equal(answer, await Receive(client, answer.Length));
        });
    }

    private static string Body(string framing, int seed)
    {
        if (framing is "counted")
        {
            return string.Create(CultureInfo.InvariantCulture, $"Content-Length: {BodyBytes}\r\n\r\n{Content(seed, BodyBytes)}");
        }

        IEnumerable<string> chunks = _chunks.Append(BodyBytes - _chunks.Sum()).Select((length, index) =>
            string.Create(CultureInfo.InvariantCulture, $"{length:x}\r\n{Content(seed + index, length)}\r\n"));
        return $"Transfer-Encoding: chunked\r\n\r\n{string.Concat(chunks)}0\r\nX-Sum: {seed}\r\n\r\n";
    }

    private static string Content(int seed, int length) => new(new Random(seed).GetItems("abc\r\n0;: ".AsSpan(), length));

    private static async ValueTask Send(Connection connection, string text, int piece)
    {
        for (int sent = 0; sent < text.Length; sent += piece)
        {
            await SendPiece(connection, text.Substring(sent, int.Min(piece, text.Length - sent)));
        }
    }

    // The request has been sent already.
    private async ValueTask Answer(Connection client, Connection host, string request, string answer, int piece)
    {
        Assert.Equal(request, await Receive(host, request.Length));
        _relay.Loop.Spawn(() => Send(host, answer, piece));
        Assert.Equal(answer, await Receive(client, answer.Length));
    }

    // The request, cut behind its first byte, has been sent already.
    private static async ValueTask CutEverywhere(Connection client, Connection host, string request, string answer)
    {
        for (int cut = 2; cut <= request.Length; cut++)
        {
            Assert.Equal(request, await Receive(host, request.Length));
            await SendCut(host, answer, int.Min(cut, answer.Length) - 1);
            Assert.Equal(answer, await Receive(client, answer.Length));
            await SendCut(client, request, int.Min(cut, request.Length - 1));
        }
    }

    private static async ValueTask SendCut(Connection connection, string text, int cut)
    {
        await SendPiece(connection, text[..cut]);
        await SendPiece(connection, text[cut..]);
    }

    // By the second turn the relay has seen it alone.
    private static async ValueTask SendPiece(Connection connection, string text)
    {
        Assert.Equal(Wake.Ready, await connection.Flush(Encoding.ASCII.GetBytes(text)));
        await connection.Loop.NextTurn();
        await connection.Loop.NextTurn();
    }

    private static async ValueTask<string> Receive(Connection connection, int count) => Encoding.ASCII.GetString(await TcpPair.Receive(connection, count));
}
