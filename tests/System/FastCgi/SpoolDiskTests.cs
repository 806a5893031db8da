using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>Bodies in chunks that are kept on a disk of the test's own, which is full or takes nothing.</summary>
public sealed class SpoolDiskTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public void A_full_disk_is_503_and_logged_and_costs_nobody_else()
    {
        using FastCgiGround ground = new(AnswerWithHash, "connection max request body 67108864");
        ground.Place.Tool("mount", "-t", "tmpfs", "-o", "size=2m", "spool", "/var/tmp");
        using Client client = ground.Connect();
        client.Send(Post);
        client.SendAsFarAsItGoes(BodyGround.Chunks(Site.Bytes(8 * Mebibyte), 65536));

        Assert.Equal("503", client.Read().ToString());
        Assert.Contains("No space left on device", ground.AwaitComplaint(client), StringComparison.Ordinal);
        Assert.True(client.IsEnded(), "a body that was not read ends the connection");
        Assert.True(ground.ServesFiles(), "others are served");
        Uploads(ground, Site.Bytes(1000));
        Uploads(ground, Site.Bytes(Mebibyte + 1000));
    }

    [Fact]
    public void Without_the_folder_it_is_503_and_logged()
    {
        using FastCgiGround ground = new(AnswerWithHash, "connection max request body 67108864");
        ground.Place.Tool("mount", "-t", "tmpfs", "none", "/var");
        using Client client = ground.Connect();
        client.Send(Post);
        client.SendAsFarAsItGoes(BodyGround.Chunks(Site.Bytes(2 * Mebibyte), 65536));

        Assert.Equal("503", client.Read().ToString());
        Assert.Contains("No such file or directory", ground.AwaitComplaint(client), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_takes_nothing_keeps_nobody_else_waiting()
    {
        using FastCgiGround ground = new(AnswerWithHash, "connection max request body 67108864");
        MountDisk(ground.Place);
        byte[] body = Site.Bytes(8 * Mebibyte), chunks = BodyGround.Chunks(body, 65536);
        using Client client = ground.Connect();
        client.Send(Post);
        client.Send(chunks.AsSpan(0, 2 * Mebibyte));
        Await.Until(() => HasSpoolFile(ground.Server), "the body has a file");
        ground.Place.Tool("fsfreeze", "--freeze", "/var/tmp");
        Thread rest = new(() => client.SendAsFarAsItGoes(chunks.AsSpan(2 * Mebibyte))) { IsBackground = true };
        try
        {
            rest.Start();
            Await.Until(() => IsAtDisk(ground.Server), "a thread of the server waits for the disk");
            Assert.All(Enumerable.Range(0, 100), _ => Assert.True(ground.ServesFiles(), "others are served"));
            Uploads(ground, Site.Bytes(Mebibyte));
            Assert.True(IsAtDisk(ground.Server), "it waits still");
        }
        finally
        {
            ground.Place.Tool("fsfreeze", "--unfreeze", "/var/tmp");
        }

        Assert.Equal($"200 {Convert.ToHexString(SHA256.HashData(body))}", client.Read().ToString());
        rest.Join();
    }

    [Fact]
    public void A_server_has_no_thread_for_a_disk_before_the_first_body_that_needs_it()
    {
        using FastCgiGround ground = new(AnswerWithHash, "connection max request body 67108864");
        Uploads(ground, Site.Bytes(Mebibyte));
        Assert.False(HasThread(ground.Server, ""), "memory has room");

        Uploads(ground, Site.Bytes(4 * Mebibyte));
        Assert.True(HasThread(ground.Server, ""), "a file is written");
    }

    private static string Post => BodyGround.Post("Transfer-Encoding: chunked");

    private static void Uploads(FastCgiGround ground, byte[] body)
    {
        using Client client = ground.Connect();
        client.Send(Post);
        client.Send(BodyGround.Chunks(body, 65536));
        Assert.Equal($"200 {Convert.ToHexString(SHA256.HashData(body))}", client.Read().ToString());
    }

    private static void AnswerWithHash(Request request)
    {
        byte[] hash = SHA256.HashData(request.Body());
        request.Out($"Content-Type: text/plain\r\n\r\n{Convert.ToHexString(hash)}").End();
    }

    /// <summary>A file system on a loop device, which fsfreeze(8) can stop.</summary>
    private static void MountDisk(Place place)
    {
        string disk = Path.Combine(place.Folder, "disk");
        place.Tool("truncate", "--size", "64M", disk);
        place.Tool("mkfs.ext4", "-q", disk);
        place.Tool("mount", "-o", "loop", disk, "/var/tmp");
    }

    private static bool HasSpoolFile(Child server) => Directory.EnumerateFiles($"/proc/{server.Id}/fd")
        .Any(link => new FileInfo(link).LinkTarget?.StartsWith("/var/tmp/", StringComparison.Ordinal) is true);

    private static bool IsAtDisk(Child server) => HasThread(server, "D");

    private static bool HasThread(Child server, string state) =>
        server.OfThreads("Name", "State").Any(thread => thread.StartsWith($"Name work; State {state}", StringComparison.Ordinal));
}
