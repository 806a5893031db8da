using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Streams;

public sealed class SendFileTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void The_head_comes_first_and_then_the_part_of_the_file()
    {
        byte[] content = Written(5_000_000);
        byte[] received = [];
        Wake wake = default;
        Sending(1000, 4_500_000, result => wake = result, async client =>
            received = await TcpPair.Receive(client, 4_500_004));
        Assert.Equal(Wake.Ready, wake);
        Assert.Equal([.. "head"u8, .. content.AsSpan(1000, 4_500_000)], received);
    }

    [Fact]
    public void An_empty_part_is_the_head_alone()
    {
        _ = Written(10);
        byte[] received = [];
        Sending(10, 0, static _ => { }, async client => received = await TcpPair.Receive(client, 4));
        Assert.Equal("head"u8.ToArray(), received);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_sent_is_noticed()
    {
        _ = Written(16_000_000);
        Wake wake = Wake.Ready;
        Sending(0, 16_000_000, result => wake = result, async client =>
        {
            using (FileStream file = File.OpenWrite(_path))
            {
                file.SetLength(1000);
            }

            _ = await TcpPair.Receive(client, 16_000_000);
        });
        Assert.Equal(Wake.Truncated, wake);
    }

    public void Dispose()
    {
        _run.Dispose();
        File.Delete(_path);
    }

    private byte[] Written(int length)
    {
        byte[] content = new byte[length];
        new Random(2).NextBytes(content);
        File.WriteAllBytes(_path, content);
        return content;
    }

    private void Sending(long offset, long count, Action<Wake> sent, Func<Sluice.Engine.Streams.Connection, ValueTask> receive) =>
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            Assert.Equal(Errno.None, Files.Open(Encoding.UTF8.GetBytes(_path), Links.Follow, out OpenFile? file));
            _run.Loop.Spawn(async () =>
            {
                "head"u8.CopyTo(pair.Server.Output(4));
                pair.Server.Commit(4);
                sent(await pair.Server.SendFile(file!, offset, count));
                file!.Dispose();
                pair.Server.Close();
            });
            await receive(pair.Client);
            pair.Close();
        });
}
