using System;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Files over TLS: from memory and from the descriptor, whole and in parts, and such as change while they are sent.</summary>
[Compares]
public sealed class FileTests : IDisposable
{
    private const int Megabyte = 1 << 20, Large = 32 * Megabyte;

    private readonly Place _place = new();
    private readonly Site _site;

    public FileTests()
    {
        _site = new Site(_place);
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, "ecdsa", "server", "test"), "gzip-static"));
    }

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(16384)]
    [InlineData(16385)]
    [InlineData(65537)]
    [InlineData(Megabyte)]
    public void A_file_arrives_as_it_is_again_and_again(int length)
    {
        byte[] content = Site.Bytes(length);
        _site.Document("htdocs/f", content);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer peer = new(_place, 443);

        for (int i = 0; i < 3; i++)
        {
            Assert.True(content.AsSpan().SequenceEqual(Encoding.Latin1.GetBytes(peer.Get("/f").Body)), $"answer {i + 1} has the content");
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(16_383, 16_385)]
    [InlineData(500_000, 700_001)]
    [InlineData(Megabyte - 1, Megabyte - 1)]
    public void A_part_arrives_as_it_is(int first, int last)
    {
        byte[] content = Site.Bytes(Megabyte);
        _site.Document("htdocs/f", content);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer peer = new(_place, 443);

        (string head, string body) = peer.Get("/f", fields: $"Range: bytes={first}-{last}\r\n");

        Assert.StartsWith("HTTP/1.1 206", head, StringComparison.Ordinal);
        Assert.Equal($"bytes {first}-{last}/{Megabyte}", Heads.Field(head, "Content-Range"));
        Assert.True(content.AsSpan(first, last - first + 1).SequenceEqual(Encoding.Latin1.GetBytes(body)), "the part has the content");
    }

    [Fact]
    public void Several_parts_arrive_as_they_are()
    {
        byte[] content = Site.Bytes(Megabyte);
        _site.Document("htdocs/f", content);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer peer = new(_place, 443);

        (string head, string body) = peer.Get("/f", fields: "Range: bytes=10-40009,600000-899999\r\n");

        string[] parts = body.Split("--" + Heads.Field(head, "Content-Type")!.Split("boundary=")[1]);
        string[] contents = [.. parts[1..^1].Select(part => part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..^2])];
        Assert.True(Encoding.Latin1.GetBytes(contents[0]).AsSpan().SequenceEqual(content.AsSpan(10, 40_000)), "the first part has the content");
        Assert.True(Encoding.Latin1.GetBytes(contents[1]).AsSpan().SequenceEqual(content.AsSpan(600_000, 300_000)), "the second part has the content");
        Assert.Equal(2, contents.Length);
    }

    [Fact]
    public void A_file_that_was_compressed_in_advance_arrives_as_it_is()
    {
        byte[] compressed = [.. Site.Bytes(Megabyte).Reverse()];
        _site.Document("htdocs/f", Site.Bytes(2 * Megabyte)).Document("htdocs/f.gz", compressed);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer peer = new(_place, 443);

        (string head, string body) = peer.Get("/f", fields: "Accept-Encoding: gzip\r\n");

        Assert.Equal("gzip", Heads.Field(head, "Content-Encoding"));
        Assert.True(compressed.AsSpan().SequenceEqual(Encoding.Latin1.GetBytes(body)), "the answer is the compressed file");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Range: bytes=10-\r\n")]
    [InlineData("Range: bytes=0-9,10-\r\n")]
    public void A_file_that_becomes_shorter_ends_its_answer_before_the_announced_length_and_is_named(string field)
    {
        _site.Document("htdocs/f", Site.Bytes(Large));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer peer = new(_place, 443);
        peer.Send($"GET /f HTTP/1.1\r\nHost: test\r\n{field}\r\n");
        int announced = Heads.Length(peer.Begin()) ?? 0;

        using (FileStream file = new(Path.Combine(_site.Root, "htdocs", "f"), FileMode.Open))
        {
            file.SetLength(1024);
        }

        Assert.InRange(peer.CountToEndOrReset(), 0, announced - 1);
        daemon.AwaitLine("/htdocs/f became shorter while it was sent");
        Assert.Equal(0, daemon.Stop());
    }
}
