using System;
using System.IO;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Serving;

/// <summary>Files that change while they are sent (D-71).</summary>
public sealed class ChangingFileTests : IDisposable
{
    private const int Large = 32 * 1024 * 1024;

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly string _file;

    public ChangingFileTests()
    {
        _site = new Site(_place).Document("htdocs/f", Site.Bytes(Large)).ConfigureServer("");
        _file = Path.Combine(_site.Root, "htdocs", "f");
    }

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("Range: bytes=10-\r\n")]
    [InlineData("Range: bytes=0-9,10-\r\n")]
    public void A_file_that_becomes_shorter_ends_its_answer_before_the_announced_length_and_is_named(string field)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        peer.Send($"GET /f HTTP/1.1\r\nHost: f\r\n{field}\r\n");
        int announced = Heads.Length(peer.Head()) ?? 0;

        using (FileStream file = new(_file, FileMode.Open))
        {
            file.SetLength(1024);
        }

        Assert.InRange(peer.ToEndOrReset().Length, 0, announced - 1);
        daemon.AwaitLine("/htdocs/f became shorter while it was sent");
    }

    [Fact]
    public void A_file_that_becomes_longer_ends_at_the_announced_length()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        string head = peer.Head();
        File.AppendAllText(_file, "more");

        peer.Exactly(Heads.Length(head) ?? 0);

        peer.Send("HEAD /none HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(404, Heads.Status(peer.Head()));
    }
}
