using System;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Processes;

public sealed class ChannelOnLoopTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly Channel _ours;
    private readonly Channel _theirs;
    private readonly byte[] _buffer = new byte[Channel.LongestMessage];

    public ChannelOnLoopTests()
    {
        (_ours, _theirs) = Channel.CreatePair();
        _ours.Attach(_run.Loop);
        _theirs.Attach(_run.Loop);
    }

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void Who_waits_is_woken_by_a_message_and_by_the_next_one()
    {
        string heard = "";
        _run.Loop.Spawn(async () => heard = await Hear() + await Hear());
        _run.Run(async () =>
        {
            _ = _ours.TrySend("first "u8);
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
            _ = _ours.TrySend("second"u8);
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });

        Assert.Equal("first second", heard);
    }

    [Fact]
    public void Who_waits_is_woken_by_the_end()
    {
        string heard = "";
        _run.Loop.Spawn(async () => heard = await Hear());
        _run.Run(async () =>
        {
            await _run.Loop.NextTurn();
            _ours.Dispose();
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });

        Assert.Equal("Closed", heard);
    }

    [Fact]
    public void Closing_our_own_end_ends_the_wait_on_it()
    {
        Wake wake = Wake.Ready;
        _ = _theirs.TryReceive(_buffer, out _);
        _run.Loop.Spawn(async () => wake = await _theirs.Readable());
        _run.Run(async () =>
        {
            await _run.Loop.NextTurn();
            _theirs.Dispose();
        });

        Assert.Equal(Wake.Closed, wake);
    }

    [Fact]
    public void Who_found_the_queue_full_is_woken_when_the_peer_has_read()
    {
        Wake wake = Wake.Closed;
        ChannelStatus again = ChannelStatus.Closed;
        _run.Loop.Spawn(async () =>
        {
            Fill();
            wake = await _ours.Writable();
            again = _ours.TrySend(_buffer);
        });
        _run.Run(async () =>
        {
            await _run.Loop.NextTurn();
            Drain();
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });

        Assert.Equal((Wake.Ready, ChannelStatus.Done), (wake, again));
    }

    [Fact]
    public void A_channel_that_is_closed_wakes_nobody_later()
    {
        _run.Run(async () =>
        {
            _ = _ours.TrySend("never heard"u8);
            _theirs.Dispose();
            await _run.Loop.NextTurn();
            Assert.Equal(Wake.Closed, await _theirs.Readable());
        });

        Assert.Equal(-1, _theirs.Descriptor);
    }

    private async ValueTask<string> Hear()
    {
        while (true)
        {
            ChannelResult result = _theirs.TryReceive(_buffer, out _);
            if (result.Status != ChannelStatus.Again)
            {
                return result.Status == ChannelStatus.Done
                    ? Encoding.UTF8.GetString(_buffer, 0, result.LengthBytes)
                    : result.Status.ToString();
            }

            _ = await _theirs.Readable();
        }
    }

    private void Fill()
    {
        while (_ours.TrySend(_buffer) == ChannelStatus.Done)
        {
        }
    }

    private void Drain()
    {
        while (_theirs.TryReceive(_buffer, out _).Status == ChannelStatus.Done)
        {
        }
    }
}
