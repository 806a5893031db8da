using System;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep;

public sealed class ParentLinkTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly Channel _child;
    private readonly Channel _parent;
    private readonly Statistics _statistics = Statistics.Create("test");
    private readonly ParentOutput _output;
    private readonly Log _log;
    private readonly ParentLink _link;

    public ParentLinkTests()
    {
        (_child, _parent) = Channel.CreatePair();
        _output = new ParentOutput(_child);
        _log = new Log(_output, 0);
        _link = new ParentLink(_child, new ChildContext(Roles.Httpd.Find("server")!, 0, _run.Loop, _log, _statistics));
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
}
