using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Children;

public sealed class InboxTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly Channel _inside;
    private readonly Channel _server;
    private readonly List<string> _taken = [];
    private readonly Inbox _inbox;

    public InboxTests()
    {
        (_inside, _server) = Channel.CreatePair();
        _inside.Attach(_run.Loop);
        _inbox = new Inbox(_run.Loop, message => _taken.Add(Encoding.ASCII.GetString(message)));
        _inbox.Serve(new Peer("server", 0, _inside));
    }

    public void Dispose()
    {
        _inside.Dispose();
        _server.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void Messages_are_taken_in_their_order()
    {
        _run.Run(async () =>
        {
            _ = _server.Send("one"u8);
            _ = _server.Send("two"u8);
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });

        Assert.Equal(["one", "two"], _taken, StringComparer.Ordinal);
    }

    [Fact]
    public void At_the_end_all_that_was_told_is_taken_at_once()
    {
        const int lines = 200;
        Tell(lines);

        _inbox.Drain();

        Assert.Equal(lines, _taken.Count);
    }

    [Fact]
    public void The_last_words_of_a_server_are_taken_and_its_channel_is_closed()
    {
        _run.Run(async () =>
        {
            _ = _server.Send("last words"u8);
            _server.Dispose();
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });

        Assert.Equal("last words", Assert.Single(_taken));
        Assert.Equal(-1, _inside.Descriptor);
    }

    private void Tell(int lines)
    {
        for (int i = 0; i < lines; i++)
        {
            _ = _server.Send("line"u8);
        }
    }
}
