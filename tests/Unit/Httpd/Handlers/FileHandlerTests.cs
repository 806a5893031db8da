using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Serving;
using Sluice.Unit.Http;
using Sluice.Unit.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Handlers;

/// <summary>One file's answers, over a real connection; files above 1,000 bytes are sent from their descriptor.</summary>
public sealed class FileHandlerTests : IDisposable
{
    private static readonly DateTime _modified = new(2025, 6, 7, 8, 9, 10, DateTimeKind.Utc);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-files-");
    private readonly HttpRun _run = new();
    private readonly List<string> _warnings = [];
    private readonly Place _place;
    private FileHandler _files;
    private Action _beforeAnswer = () => { };

    public FileHandlerTests()
    {
        MediaTypes<ServedType> types = new();
        types.Set("txt"u8, new ServedType(new MediaType("text", "plain"), "max-age=9"));
        _place = new Place(
            Servers.Named("test", new IPEndPoint(IPAddress.Loopback, 80)),
            new Settings { Root = _folder.FullName, GzipStatic = true },
            types,
            1,
            Existence.Any,
            0);
        _files = Handler(new FileCacheLimits { LargestInMemory = 1000 });
        _run.Serve = Serve;
    }

    public void Dispose()
    {
        _run.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_file_has_a_tag_a_type_and_its_caching()
    {
        Make("a.txt", "hello");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nAccept-Ranges: bytes\r\nCache-Control: max-age=9\r\nConnection: keep-alive\r\nContent-Length: 5\r\n" +
            "Content-Type: text/plain\r\nETag: \"1846b44d721cfc00-5\"\r\nLast-Modified: Sat, 07 Jun 2025 08:09:10 GMT\r\nServer: httpd\r\n\r\nhello",
            Get("a.txt"));
    }

    [Theory]
    [InlineData("X: y")]
    [InlineData("Accept-Encoding: gzip")]
    [InlineData("If-None-Match: \"1846b44d721cfc00-5\"")]
    [InlineData("Range: bytes=1-2")]
    public void A_file_that_is_not_kept_has_the_same_answers(string field)
    {
        Make("a.txt", "hello");
        Make("a.txt.gz", "hi");
        string kept = Get("a.txt", field);
        _files = Handler(new FileCacheLimits { MemoryBytes = 0 });
        Assert.Equal(kept, Get("a.txt", field));
    }

    [Fact]
    public void A_type_without_caching_says_nothing_of_it()
    {
        Make("a.png", "x");
        Assert.DoesNotContain("Cache-Control", Get("a.png"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_of_the_same_facts_have_the_same_tag_whatever_their_inodes_are()
    {
        Make("a.txt", "hello");
        Make("b.txt", "other");
        Assert.Equal(Tag(Get("a.txt")), Tag(Get("b.txt")));
    }

    [Fact]
    public void A_change_within_a_second_changes_the_tag()
    {
        Make("a.txt", "hello");
        Make("b.txt", "hello", _modified.AddMilliseconds(1));
        Assert.NotEqual(Tag(Get("a.txt")), Tag(Get("b.txt")), StringComparer.Ordinal);
    }

    [Fact]
    public void Not_modified_has_what_a_cache_refreshes()
    {
        Make("a.txt", "hello");
        Assert.Equal(
            "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=9\r\nConnection: keep-alive\r\nContent-Type: text/plain\r\n" +
            "ETag: \"1846b44d721cfc00-5\"\r\nLast-Modified: Sat, 07 Jun 2025 08:09:10 GMT\r\nServer: httpd\r\n\r\n",
            Get("a.txt", "If-None-Match: \"1846b44d721cfc00-5\""));
    }

    /// <summary>H-HTTP-28.</summary>
    [Fact]
    public void A_file_from_the_future_is_one_of_now()
    {
        Make("a.txt", "hello", new DateTime(2999, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Matches($"\r\nLast-Modified: [A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ {_run.Loop.Utc.Year} ", Get("a.txt"));
    }

    /// <summary>H-FILE-29, D-33.</summary>
    [Theory]
    [InlineData("If-None-Match: \"1846b44d721cfc00-5\"")]
    [InlineData("If-Modified-Since: Sat, 07 Jun 2025 08:09:10 GMT")]
    public void A_condition_is_looked_at_before_a_range(string condition)
    {
        Make("a.txt", "hello");
        Assert.StartsWith("HTTP/1.1 304 Not Modified\r\n", Get("a.txt", condition, "Range: bytes=0-0"), StringComparison.Ordinal);
    }

    /// <summary>H-FILE-06: a root has 1,023 bytes at most, a path with the name of an index file 2,047.</summary>
    [Fact]
    public void The_longest_root_and_path_have_room()
    {
        byte[] buffer = new byte[FilePath.MostBytes];
        byte[] root = new byte[1023], path = new byte[2047];
        root.AsSpan().Fill((byte)'r');
        path.AsSpan().Fill((byte)'p');

        Assert.Equal([.. root, .. path], FilePath.Join(root, path, buffer));
    }

    [Theory]
    [InlineData("small.txt", 900)]
    [InlineData("large.txt", 200_000)]
    public void A_part_is_sent_from_memory_or_descriptor(string name, int length)
    {
        string content = Letters(length);
        Make(name, content);
        string answer = Get(name, $"Range: bytes=100-{length - 100}");
        Assert.StartsWith("HTTP/1.1 206 Partial Content\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"Content-Range: bytes 100-{length - 100}/{length}\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(content[100..(length - 99)], Body(answer));
    }

    [Theory]
    [InlineData("small.txt", 900)]
    [InlineData("large.txt", 200_000)]
    public void Parts_are_a_multipart_of_exactly_the_announced_length(string name, int length)
    {
        string content = Letters(length);
        Make(name, content);
        string answer = Get(name, "Range: bytes=0-499,10-19,-300");
        string boundary = Regex.Match(answer, "multipart/byteranges; boundary=(?<number>[0-9]+)\r\n", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["number"].Value;
        Assert.Equal(
            Part(boundary, content, 0, 499) + Part(boundary, content, 10, 19) + Part(boundary, content, length - 300, length - 1) + $"\r\n--{boundary}--\r\n",
            Body(answer));
        Assert.Contains($"Content-Length: {Body(answer).Length}\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_multiparts_have_different_boundaries()
    {
        Make("a.txt", "hello");
        Assert.NotEqual(Body(Get("a.txt", "Range: bytes=0-0,1-1")), Body(Get("a.txt", "Range: bytes=0-0,1-1")), StringComparer.Ordinal);
    }

    [Fact]
    public void A_range_that_does_not_exist_keeps_the_connection()
    {
        Make("a.txt", "hello");
        string answer = Get("a.txt", "Range: bytes=5-");
        Assert.StartsWith("HTTP/1.1 416 Range Not Satisfiable\r\nConnection: keep-alive\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Range: bytes */5\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", ".gz", "gzip")]
    [InlineData("br", ".br", "br")]
    [InlineData("zstd", ".zst", "zstd")]
    public void A_compressed_file_is_sent_as_the_plain_one(string accepted, string suffix, string coding)
    {
        Make("a.txt", "hello");
        Make("a.txt" + suffix, "hi");
        Assert.Equal(
            $"HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\nConnection: keep-alive\r\nContent-Encoding: {coding}\r\nContent-Length: 2\r\n" +
            $"Content-Type: text/plain\r\nETag: \"1846b44d721cfc00-2-{coding}\"\r\nLast-Modified: Sat, 07 Jun 2025 08:09:10 GMT\r\n" +
            "Server: httpd\r\nVary: Accept-Encoding\r\n\r\nhi",
            Get("a.txt", "Accept-Encoding: " + accepted));
    }

    [Fact]
    public void A_compressed_file_that_is_older_is_not_sent()
    {
        Make("a.txt", "hello");
        Make("a.txt.gz", "hi", _modified.AddMilliseconds(-1));
        string answer = Get("a.txt", "Accept-Encoding: gzip");
        Assert.Equal("hello", Body(answer));
        Assert.DoesNotContain("Vary", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_file_that_goes_within_the_second_leaves_the_plain_one()
    {
        Make("a.txt", "hello");
        Make("a.txt.gz", "hi");
        Assert.Equal("hello", Body(Get("a.txt")));
        File.Delete(Path.Join(_folder.FullName, "a.txt.gz"));
        Assert.Equal("hello", Body(Get("a.txt", "Accept-Encoding: gzip")));
    }

    [Fact]
    public void A_compressed_file_is_plain_under_its_own_name_also_after_it_was_sent_for_another()
    {
        Make("a.txt", "hello");
        Make("a.txt.gz", "hi");
        Assert.Equal("hi", Body(Get("a.txt", "Accept-Encoding: gzip")));
        Assert.DoesNotContain("Content-Encoding", Get("a.txt.gz", "Accept-Encoding: gzip"), StringComparison.Ordinal);
        Assert.Contains("Content-Encoding: gzip", Get("a.txt", "Accept-Encoding: gzip"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_becomes_shorter_ends_its_answer_and_is_named_once()
    {
        Make("a.txt", Letters(200_000));
        _ = Get("a.txt", "Range: bytes=0-0");
        _beforeAnswer = () => Make("a.txt", Letters(1500));
        string answer = Get("a.txt");
        Assert.Contains("Content-Length: 200000\r\n", answer, StringComparison.Ordinal);
        Assert.True(Body(answer).Length <= 1500);
        Assert.Equal([$"{_folder.FullName}/a.txt became shorter while it was sent: its clients were cut off"], _warnings);
    }

    [Fact]
    public void A_file_that_becomes_longer_ends_where_it_was_announced()
    {
        Make("a.txt", Letters(200_000));
        _ = Get("a.txt", "Range: bytes=0-0");
        _beforeAnswer = () => File.AppendAllText(Path.Join(_folder.FullName, "a.txt"), Letters(100));
        Assert.Equal(Letters(200_000), Body(Get("a.txt")));
    }

    private static string Part(string boundary, string content, int first, int last) =>
        $"\r\n--{boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes {first}-{last}/{content.Length}\r\n\r\n{content[first..(last + 1)]}";

    private static string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(index => (char)('a' + (index * 7 % 26))));

    private static string Body(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    private static string Tag(string answer) => answer.Split("\r\n").Single(line => line.StartsWith("ETag: ", StringComparison.Ordinal));

    private FileHandler Handler(FileCacheLimits limits)
    {
        FileCache cache = new(_run.Loop, limits);
        return new FileHandler(_run.Loop, cache, new ErrorAnswers(cache, _warnings.Add), _warnings.Add, _warnings.Add);
    }

    private ValueTask<Outcome> Serve(Exchange exchange)
    {
        CachedFile file = _files.Find(_place, exchange.Head.Path);
        _beforeAnswer();
        return _files.Serve(exchange, _place, file);
    }

    private string Get(string name, params string[] fields) =>
        _run.Answer($"GET /{name} HTTP/1.1\r\nHost: test\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n");

    private void Make(string name, string content, DateTime? modified = null)
    {
        string path = Path.Join(_folder.FullName, name);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, modified ?? _modified);
    }
}
