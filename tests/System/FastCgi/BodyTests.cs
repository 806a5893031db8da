using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>Bodies of requests: with a length and in chunks, small and spooled (hostile input 59).</summary>
[Compares]
public sealed class BodyTests(BodyGround ground) : IClassFixture<BodyGround>
{
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 1)]
    [InlineData(100, 1)]
    [InlineData(65535, 65535)]
    [InlineData(65536, 16000)]
    [InlineData(Mebibyte - 1, 4096)]
    [InlineData(Mebibyte, 65536)]
    [InlineData(Mebibyte + 1, 100_000)]
    [InlineData((4 * Mebibyte) + 17, 70_000)]
    public void A_body_in_chunks_has_its_length_and_comes_bit_by_bit(int count, int chunk)
    {
        using Client client = ground.Connect();
        byte[] body = Site.Bytes(count);
        client.Send(BodyGround.Post("Transfer-Encoding: chunked"));
        client.Send(BodyGround.Chunks(body, chunk));

        Assert.Equal($"200 CONTENT_LENGTH={count} CHUNKED= {Convert.ToHexString(SHA256.HashData(body))}", client.Read().ToString());
        Assert.True(BodyGround.Serves(client), "the connection is kept");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData((4 * Mebibyte) + 17)]
    public void A_body_with_a_length_comes_bit_by_bit(int count)
    {
        using Client client = ground.Connect();
        byte[] body = Site.Bytes(count);
        client.Send(BodyGround.Post($"Content-Length: {count}"));
        client.Send(body);

        Assert.Equal($"200 CONTENT_LENGTH={count} CHUNKED= {Convert.ToHexString(SHA256.HashData(body))}", client.Read().ToString());
        Assert.True(BodyGround.Serves(client), "the connection is kept");
    }

    [Theory]
    [InlineData("Content-Length: 5", "he", "llo")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhe", "llo\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\nX-Trailer: 1\r", "\n\r\n")]
    public void What_follows_a_body_is_no_part_of_it(string framing, string first, string second)
    {
        using Client client = ground.Connect();
        client.Send(BodyGround.Post(framing) + first);
        client.Send(second + "GET /f HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.Equal($"200 CONTENT_LENGTH=5 CHUNKED= {Convert.ToHexString(SHA256.HashData("hello"u8))}", client.Read().ToString());
        Assert.Equal("200 f", client.Read().ToString());
    }

    [Theory]
    [InlineData("Content-Length: 8388609", 0)]
    [InlineData("Transfer-Encoding: chunked", (8 * Mebibyte) + 1)]
    public void A_body_over_the_limit_is_refused_and_the_application_never_asked(string framing, int count)
    {
        int before = ground.Requests;
        using Client client = ground.Connect();
        client.Send(BodyGround.Post(framing));
        client.SendAsFarAsItGoes(BodyGround.Chunks(Site.Bytes(count), 65536));

        Assert.Equal("413", client.Read().ToString());
        Assert.Equal(before, ground.Requests);
    }

    [Fact]
    public void A_body_of_just_the_limit_is_taken()
    {
        using Client client = ground.Connect();
        client.Send(BodyGround.Post("Transfer-Encoding: chunked"));
        client.Send(BodyGround.Chunks(Site.Bytes(8 * Mebibyte), 65536));

        Assert.StartsWith("200 CONTENT_LENGTH=8388608 ", client.Read().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz\r\nhello\r\n0\r\n\r\n", "400")]
    [InlineData("5\r\nhelloX", "400")]
    [InlineData("-1\r\n", "400")]
    public void A_mistake_in_the_chunks_is_refused_and_the_application_never_asked(string chunks, string outcome)
    {
        int before = ground.Requests;
        using Client client = ground.Connect();
        client.Send(BodyGround.Post("Transfer-Encoding: chunked") + chunks);

        Assert.Equal(outcome, client.Read().ToString());
        Assert.True(client.IsEnded(), "the connection ends");
        Assert.Equal(before, ground.Requests);
    }

    [Fact]
    public void Chunks_that_end_too_early_reach_no_application()
    {
        int before = ground.Requests;
        using Client client = ground.Connect();
        client.Send(BodyGround.Post("Transfer-Encoding: chunked") + "5\r\nhello\r\n");
        client.EndOutput();

        Assert.True(client.IsEndedOr(400), "the connection ends");
        Assert.Equal(before, ground.Requests);
    }

    [Fact]
    public void A_client_that_waits_for_it_is_told_to_send_its_body()
    {
        using Client client = ground.Connect();
        client.Send(BodyGround.Post("Content-Length: 5\r\nExpect: 100-continue"));
        Assert.Equal(100, Heads.Status(client.Head()));
        client.Send("hello");

        Assert.StartsWith("200 CONTENT_LENGTH=5 ", client.Read().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_comes_in_part_ends_the_connection_to_the_application()
    {
        using (Client client = ground.Connect())
        {
            client.Send(BodyGround.Post("Content-Length: 100000") + new string('a', 70_000));
            Await.Until(() => ground.Open > 0, "the application is asked");
        }

        Await.Until(() => ground.IsCutOff, "the application hears of it");
    }

    // As a script does that needs no body: PHP without input, a CGI program that refuses at once.
    [Theory]
    [InlineData("/early")]
    [InlineData("/early-close")]
    public void An_answer_before_the_body_is_read_reaches_the_client(string path)
    {
        using Client client = ground.Connect();
        client.Send($"POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {4 * Mebibyte}\r\n\r\n");
        client.SendAsFarAsItGoes(new byte[64 * 1024]);

        Assert.Equal("200 early", client.Read().ToString());
        Assert.True(ground.ServesOthers(), "nobody else notices");
    }

    [Theory]
    [InlineData("/early")]
    [InlineData("/early-close")]
    public void An_answer_before_the_body_is_read_reaches_a_client_that_sends_all_of_it(string path)
    {
        using Client client = ground.Connect();
        client.Send($"POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {4 * Mebibyte}\r\n\r\n");
        client.SendAsFarAsItGoes(new byte[4 * Mebibyte]);

        Assert.Equal("200 early", client.Read().ToString());
    }

    [Fact]
    public void A_hundred_spooled_bodies_leave_no_descriptor_and_no_file_behind()
    {
        byte[] chunks = BodyGround.Chunks(Site.Bytes(2 * Mebibyte), 65536);
        ground.Upload(chunks);
        int before = ground.Descriptors;

        Assert.All(Enumerable.Range(0, 100), _ => ground.Upload(chunks));
        Await.Until(() => ground.Descriptors <= before, "all descriptors are closed");
    }
}

/// <summary>One httpd for all of them, whose application answers with what it was told of the body, and its hash.</summary>
public sealed class BodyGround : IDisposable
{
    private readonly FastCgiGround _ground;
    private volatile bool _isCutOff;

    public BodyGround()
    {
        _ground = new FastCgiGround(Serve, "connection { max request body 8388608, max requests 1000 }");
    }

    public bool IsCutOff => _isCutOff;

    internal int Requests => _ground.Responder.Requests;

    internal int Open => _ground.Responder.Open;

    internal int Descriptors => global::System.IO.Directory.GetFileSystemEntries($"/proc/{_ground.Server.Id}/fd").Length;

    public void Dispose() => _ground.Dispose();

    internal static string Post(string fields) => $"POST / HTTP/1.1\r\nHost: test\r\n{fields}\r\n\r\n";

    internal static byte[] Chunks(byte[] body, int size) =>
        [.. body.Chunk(size).SelectMany(chunk => (byte[])[.. Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"), .. chunk, .. "\r\n"u8]), .. "0\r\n\r\n"u8];

    internal static bool Serves(Client client) => client.Ask("GET /f HTTP/1.1\r\nHost: test\r\n\r\n").ToString() is "200 f";

    internal Client Connect() => _ground.Connect();

    internal bool ServesOthers() => _ground.ServesFiles();

    internal void Upload(byte[] chunks)
    {
        using Client client = Connect();
        client.Send(Post("Transfer-Encoding: chunked"));
        client.Send(chunks);
        Assert.StartsWith("200 CONTENT_LENGTH=", client.Read().ToString(), StringComparison.Ordinal);
    }

    private void Serve(Request request)
    {
        if (request["DOCUMENT_URI"]!.StartsWith("/early", StringComparison.Ordinal))
        {
            request.Out("Content-Type: text/plain\r\n\r\nearly").End();
            if (request["DOCUMENT_URI"] is "/early-close")
            {
                request.Close();
            }

            return;
        }

        byte[] body;
        try
        {
            body = request.Body();
        }
        catch (global::System.IO.IOException)
        {
            _isCutOff = true;
            throw;
        }

        request.Out($"Content-Type: text/plain\r\n\r\nCONTENT_LENGTH={request["CONTENT_LENGTH"]} CHUNKED={request["HTTP_TRANSFER_ENCODING"]} {Convert.ToHexString(SHA256.HashData(body))}").End();
    }
}
