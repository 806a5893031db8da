using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;
using Sluice.Relayd.Relaying;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>Sockets are here before they are needed, whoever waits gets one or hears why not, and nobody is asked for what no configuration has.</summary>
public sealed class SocketStockTests : IDisposable
{
    private const int Batch = 2;

    private readonly LoopRun _run = new();
    private readonly List<TransparentKind> _asked = [];
    private readonly SocketStock _stock;

    public SocketStockTests()
    {
        _stock = new SocketStock((kind, _) => _asked.Add(kind), Batch);
    }

    public void Dispose()
    {
        _stock.Close();
        _run.Dispose();
    }

    [Fact]
    public void A_batch_is_asked_for_before_the_first_and_whenever_no_more_than_one_is_left()
    {
        _stock.Prepare(TransparentKind.Stream4);
        Bring(TransparentKind.Stream4, 4);
        Assert.Single(_asked);

        Assert.True(Take(TransparentKind.Stream4));
        Assert.Single(_asked);
        Assert.True(Take(TransparentKind.Stream4));
        Assert.True(Take(TransparentKind.Stream4));

        Assert.Equal([TransparentKind.Stream4, TransparentKind.Stream4], _asked);
    }

    [Fact]
    public void Who_waits_goes_on_when_some_come() => _run.Run(async () =>
    {
        _stock.Prepare(TransparentKind.Stream6);
        List<bool> taken = [];
        _run.Loop.Spawn(() => Wait(taken));
        _run.Loop.Spawn(() => Wait(taken));
        _run.Loop.Spawn(() => Wait(taken));

        Bring(TransparentKind.Stream6, Batch);
        Assert.Equal([true, true], taken);
        Bring(TransparentKind.Stream6, Batch);
        await _run.Loop.NextTurn();

        Assert.Equal([true, true, true], taken);
    });

    [Fact]
    public void Who_waits_hears_why_there_are_none() => _run.Run(async () =>
    {
        _stock.Prepare(TransparentKind.Stream4);
        Errno? heard = null;
        _run.Loop.Spawn(async () => heard = await _stock.Await(TransparentKind.Stream4));

        _stock.Take(TransparentKind.Stream4, Errno.SystemDescriptorsExhausted, Socketless());
        await _run.Loop.NextTurn();

        Assert.Equal(Errno.SystemDescriptorsExhausted, heard);
    });

    [Fact]
    public void When_no_relay_needs_any_nobody_is_asked_and_nobody_waits() => _run.Run(async () =>
    {
        _stock.Prepare(TransparentKind.Stream4);
        Bring(TransparentKind.Stream4, Batch);
        Errno? heard = null;
        _run.Loop.Spawn(async () => heard = await _stock.Await(TransparentKind.Stream6));
        int before = _asked.Count;

        _stock.Close();
        await _run.Loop.NextTurn();

        Assert.Equal((Errno.NotPermitted, Errno.NotPermitted), (heard, await _stock.Await(TransparentKind.Stream4)));
        Assert.False(Take(TransparentKind.Stream4));
        Assert.Equal(before, _asked.Count);
    });

    private async ValueTask Wait(List<bool> taken)
    {
        Errno error = await _stock.Await(TransparentKind.Stream6);
        taken.Add(error == Errno.None && Take(TransparentKind.Stream6));
    }

    private bool Take(TransparentKind kind)
    {
        bool isTaken = _stock.TryTake(kind, out int descriptor);
        using KeptSocket socket = new(isTaken ? descriptor : -1);
        return isTaken;
    }

    private void Bring(TransparentKind kind, int count)
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        using Channel sender = ours;
        using Channel receiver = theirs;
        int[] descriptors = new int[count];
        Array.Fill(descriptors, sender.Descriptor);
        _ = sender.Send([1], descriptors);
        _ = receiver.Receive(new byte[8], out ReceivedDescriptors received);
        using (received)
        {
            _stock.Take(kind, Errno.None, received);
        }
    }

    private static ReceivedDescriptors Socketless()
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        using Channel sender = ours;
        using Channel receiver = theirs;
        _ = sender.Send([1]);
        _ = receiver.Receive(new byte[8], out ReceivedDescriptors received);
        return received;
    }
}
