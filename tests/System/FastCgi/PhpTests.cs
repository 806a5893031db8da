using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>php-fpm behind httpd, as its manual says (H-FCGI-54).</summary>
public sealed class PhpTests(PhpGround ground) : IClassFixture<PhpGround>
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public void A_script_sees_the_request_as_the_reference_says()
    {
        using Client client = ground.Connect();

        Answer answer = client.Ask("GET /dir/env.php/more/path?x=%20y HTTP/1.1\r\nHost: test\r\nUser-Agent: u\r\nCookie: a=b\r\nProxy: evil\r\n\r\n");

        Assert.Equal(
            $"""
            DOCUMENT_ROOT=/htdocs
            DOCUMENT_URI=/dir/env.php/more/path
            GATEWAY_INTERFACE=CGI/1.1
            HTTP_COOKIE=a=b
            HTTP_HOST=test
            HTTP_USER_AGENT=u
            PATH_INFO=/more/path
            QUERY_STRING=x=%20y
            REMOTE_ADDR=127.0.0.1
            REMOTE_PORT={client.Port}
            REQUEST_METHOD=GET
            REQUEST_URI=/dir/env.php/more/path?x=%20y
            SCRIPT_FILENAME=/htdocs/dir/env.php
            SCRIPT_NAME=/dir/env.php
            SERVER_ADDR=127.0.0.1
            SERVER_NAME=test
            SERVER_PORT=80
            SERVER_PROTOCOL=HTTP/1.1
            SERVER_SOFTWARE=httpd

            """,
            answer.Text);
    }

    [Theory]
    [InlineData("/", "200 index /index.php")]
    [InlineData("/dir/", "200 index /dir/index.php")]
    [InlineData("/app/any/thing?q=1", "200 app /app/any/thing q=1")]
    [InlineData("/deep/inner.php", "200 inner /deep/inner.php ")]
    [InlineData("/missing.php", "403")]
    [InlineData("/status.php?418", "404")]
    [InlineData("/plain.txt", "200 plain")]
    public void A_configuration_of_the_manual_does_what_it_says(string path, string outcome) => Assert.Equal(outcome, ground.Get(path).ToString());

    [Fact]
    public void A_redirect_is_the_scripts_own()
    {
        Answer answer = ground.Get("/redirect.php");

        Assert.Equal((302, "/there"), (answer.Status, Heads.Field(answer.Head, "Location")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((20 * Mebibyte) + 3)]
    public void An_uploaded_file_comes_bit_by_bit(int count)
    {
        byte[] content = RandomNumberGenerator.GetBytes(count);
        string file = ground.File("upload.bin", content);

        string told = ground.Curl("-F", "comment=a b", "-F", $"sent=@{file};type=application/x-own;filename=name with blank.bin", "http://127.0.0.1/upload.php");

        Assert.Equal($"a b|name with blank.bin|application/x-own|{count}|{Convert.ToHexString(SHA256.HashData(content))}", told);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", Mebibyte / 2)]
    [InlineData("Transfer-Encoding: chunked", 20 * Mebibyte)]
    [InlineData("X: length", 20 * Mebibyte)]
    public void A_body_without_form_comes_bit_by_bit(string field, int count)
    {
        byte[] content = RandomNumberGenerator.GetBytes(count);
        string file = ground.File("body.bin", content);

        string told = ground.Curl("-T", file, "-H", field, "-H", "Expect:", "http://127.0.0.1/body.php");

        Assert.Equal($"PUT|{count}|{count}|{Convert.ToHexString(SHA256.HashData(content))}", told);
    }

    [Fact]
    public void A_session_goes_on_with_its_cookie()
    {
        string jar = Path.Combine(ground.Folder, "cookies");

        string[] counts = [.. Enumerable.Range(0, 3).Select(_ => ground.Curl("-b", jar, "-c", jar, "http://127.0.0.1/session.php"))];

        Assert.Equal(["1", "2", "3"], counts);
        Assert.Equal("1", ground.Curl("http://127.0.0.1/session.php"));
    }

    // The script waits for a word between two parts: what came before it was not held back.
    [Fact]
    public void Parts_of_an_answer_arrive_when_they_are_sent()
    {
        using Client client = ground.Connect();
        client.Send("GET /stream.php HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal("chunked", Heads.Field(client.Head(), "Transfer-Encoding"));
        Assert.Equal("first", client.Chunk());

        ground.Say("go on");

        Assert.Equal(["second", ""], (string[])[client.Chunk(), client.Chunk()]);
    }

    [Fact]
    public void A_gibibyte_comes_down_bit_by_bit_and_memory_stays()
    {
        using IncrementalHash came = IncrementalHash.CreateHash(HashAlgorithmName.SHA256), should = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ground.Get("/large.php?1");
        long before = ground.ResidentBytes, most = 0;
        using Client client = ground.Connect();
        client.Send("GET /large.php?1024 HTTP/1.1\r\nHost: test\r\n\r\n");

        Answer answer = client.Read(take: piece =>
        {
            came.AppendData(piece.Span);
            most = piece.Length < 1000 ? Math.Max(most, ground.ResidentBytes) : most;
        });

        Assert.Equal((1024L * Mebibyte, true), (answer.Length, answer.IsWhole));
        Assert.All(Enumerable.Range(0, 1024), i => should.AppendData(Letters(i)));
        Assert.Equal(Convert.ToHexString(should.GetHashAndReset()), Convert.ToHexString(came.GetHashAndReset()));
        Assert.InRange(Math.Max(most, ground.ResidentBytes) - before, long.MinValue, 8 * Mebibyte);
    }

    [Fact]
    public void What_a_script_writes_to_its_error_log_is_in_httpds()
    {
        ground.Get("/error.php");

        Assert.NotEmpty(ground.AwaitLine("the script is sad"));
    }

    [Fact]
    public void A_script_that_dies_in_its_body_leaves_an_answer_that_is_visibly_incomplete()
    {
        using Client client = ground.Connect();
        client.Send("GET /wait.php HTTP/1.1\r\nHost: test\r\n\r\n");
        client.Head();
        Assert.Equal("part", client.Chunk());

        ground.StopPhp();

        Assert.True(client.IsEnded(), "no last chunk comes");
        ground.StartPhp();
    }

    [Fact]
    public void Php_that_is_started_anew_under_load_is_used_again_by_itself()
    {
        ground.StopPhp();
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal("502", ground.Get("/index.php").ToString());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));

        ground.StartPhp();

        Assert.Equal("200 index /index.php", ground.Get("/index.php").ToString());
    }

    private static byte[] Letters(int i)
    {
        byte[] letters = new byte[Mebibyte];
        letters.AsSpan().Fill((byte)('a' + (i % 26)));
        return letters;
    }
}
