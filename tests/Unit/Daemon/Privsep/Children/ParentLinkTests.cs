using System;
using System.Collections.Generic;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Children;

public sealed class ParentLinkTests : IDisposable
{
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(1);

    private readonly LoopRun _run = new();
    private readonly Channel _child;
    private readonly Channel _parent;
    private readonly Statistics _statistics = Statistics.Create("test");
    private readonly ParentOutput _output;
    private readonly Log _log;
    private readonly ChildContext _context;
    private readonly ParentLink _link;

    public ParentLinkTests()
    {
        (_child, _parent) = Channel.CreatePair();
        _output = new ParentOutput(_child);
        _log = new Log(_output, 0);
        _context = new ChildContext(Roles.Httpd.Find("server")!, 0, _run.Loop, _log, _statistics);
        _link = new ParentLink(_child, _context);
    }

    public void Dispose()
    {
        _child.Dispose();
        _parent.Dispose();
        _statistics.Dispose();
        _run.Dispose();
    }

    /// <summary>The last thing that a child does is to close its channel; it died of what the link then tried to read and to say.</summary>
    [Fact]
    public void A_channel_that_is_closed_ends_the_link_without_a_word()
    {
        _link.Begin(TimeSpan.FromSeconds(1), _output);
        _run.Run(async () =>
        {
            await _run.Loop.NextTurn();
            _child.Dispose();
            await _run.Loop.NextTurn();
        });

        Assert.Empty(_run.Failures);
    }

    [Fact]
    public void What_is_said_after_the_channel_was_closed_is_forgotten()
    {
        _link.Begin(TimeSpan.FromSeconds(1), _output);
        _run.Run(async () =>
        {
            await _run.Loop.NextTurn();
            _child.Dispose();
            _log.Error("nobody hears this");
            await _run.Loop.NextTurn();
        });

        Assert.Empty(_run.Failures);
    }

    [Fact]
    public void A_process_is_ready_when_it_has_begun() => _run.Run(async () =>
    {
        _link.TakeOver(Start());
        _link.Begin(_beat, _output);
        Assert.Equal([new Ready(0)], Heard());

        _context.SayReady();
        Configure(7);
        await _run.Pass(TimeSpan.Zero);

        Assert.Equal([new Ready(7)], Heard());
    });

    [Fact]
    public void A_process_that_holds_is_ready_when_it_says_so_and_once() => _run.Run(async () =>
    {
        _link.TakeOver(Start());
        _context.HoldReady();
        _link.Begin(_beat, _output);
        await _run.Pass(TimeSpan.Zero);
        Assert.Empty(Heard());

        _context.SayReady();
        _context.SayReady();

        Assert.Equal([new Ready(0)], Heard());
    });

    [Fact]
    public void A_process_that_holds_a_reload_is_ready_when_it_says_so() => _run.Run(async () =>
    {
        _link.TakeOver(Start());
        _link.Begin(_beat, _output);
        _ = Heard();
        _context.Reconfigured = _context.HoldReady;
        Configure(7);
        await _run.Pass(TimeSpan.Zero);
        Assert.Empty(Heard());

        _context.SayReady();

        Assert.Equal([new Ready(7)], Heard());
    });

    [Fact]
    public void A_process_that_is_ready_before_it_is_asked_has_not_held() => _run.Run(async () =>
    {
        _link.TakeOver(Start());
        _link.Begin(_beat, _output);
        _ = Heard();
        _context.Reconfigured = () =>
        {
            _context.HoldReady();
            _context.SayReady();
        };
        Configure(7);
        await _run.Pass(TimeSpan.Zero);

        Assert.All(Heard(), static message => Assert.Equal(new Ready(7), message));
    });

    // What a process has before its loop runs: nothing.
    private ChildStart Start() => new(_child, UInt128.One);

    private void Configure(uint generation)
    {
        using SealedMemory payload = SealedMemory.Create("test", "x"u8);
        WireWriter writer = new();
        new Commit(generation, []).Write(writer);
        _ = _parent.TrySend(writer.Written, payload.Descriptor);
    }

    private List<Message?> Heard()
    {
        byte[] message = new byte[Channel.LongestMessage];
        List<Message?> heard = [];
        while (_parent.TryReceive(message, out _) is { Status: ChannelStatus.Done } result)
        {
            heard.Add(Message.Read(message.AsSpan(0, result.LengthBytes)));
        }

        return heard;
    }
}
