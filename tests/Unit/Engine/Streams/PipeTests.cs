using System;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Streams;

public sealed class PipeTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly PipePool _pool = new(2);

    [Fact]
    public void A_body_is_spliced_whole()
    {
        byte[] body = new byte[5_000_000];
        new Random(3).NextBytes(body);
        byte[] received = [];
        _run.Run(async () =>
        {
            TcpPair source = await TcpPair.Connect(_run);
            TcpPair target = await TcpPair.Connect(_run);
            _run.Loop.Spawn(async () =>
            {
                _ = await source.Client.Flush(body);
                source.Client.Close();
            });
            _run.Loop.Spawn(() => Relay(source.Server, target.Client));
            received = await TcpPair.Receive(target.Server, body.Length);
            source.Close();
            target.Close();
        });
        Assert.Equal(body, received);
    }

    // EAGAIN of a full pipe must not be taken for that of an empty socket: no edge would come, and the wait never end.
    [Fact]
    public void A_full_pipe_is_not_an_empty_socket()
    {
        byte[] body = new byte[1_000_000];
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            Pipe pipe = _pool.Rent()!;
            _run.Loop.Spawn(async () => _ = await pair.Client.Flush(body));
            Assert.Equal(Fill.Full, await SpliceAll(pair.Server, pipe));
            Assert.True(pipe.Buffered > 0);
            pair.Close();
        });
    }

    [Fact]
    public void No_more_pipes_are_made_than_allowed()
    {
        Assert.NotNull(_pool.Rent());
        Assert.NotNull(_pool.Rent());
        Assert.Null(_pool.Rent());
    }

    [Fact]
    public void An_empty_pipe_is_used_again()
    {
        Pipe pipe = _pool.Rent()!;
        _pool.Return(pipe);
        Assert.Same(pipe, _pool.Rent());
    }

    [Fact]
    public void A_pipe_with_bytes_left_in_it_is_not_used_again() => _run.Run(async () =>
    {
        TcpPair pair = await TcpPair.Connect(_run);
        Pipe pipe = _pool.Rent()!;
        _ = await TcpPair.Send(pair.Client, "secret"u8);
        await SpliceSome(pair.Server, pipe);
        _pool.Return(pipe);
        Assert.Equal(0, _pool.Count);
        pair.Close();
    });

    public void Dispose() => _run.Dispose();

    private static async ValueTask<Fill> SpliceAll(Connection source, Pipe pipe)
    {
        Fill fill = Fill.More;
        while (fill is Fill.More or Fill.Again)
        {
            fill = source.TrySplice(pipe);
            _ = fill == Fill.Again ? await source.Readable() : Wake.Ready;
        }

        return fill;
    }

    private static async ValueTask SpliceSome(Connection source, Pipe pipe)
    {
        while (source.TrySplice(pipe) != Fill.More)
        {
            _ = await source.Readable();
        }
    }

    private async ValueTask Relay(Connection source, Connection target)
    {
        while (true)
        {
            Pipe pipe = _pool.Rent()!;
            Fill fill = source.TrySplice(pipe);
            Wake wake = pipe.Buffered > 0 ? await target.Flush(pipe) : Wake.Ready;
            _pool.Return(pipe);
            if (fill is Fill.End or Fill.Failed || wake != Wake.Ready ||
                (fill == Fill.Again && await source.Readable() != Wake.Ready))
            {
                return;
            }
        }
    }
}
