using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Relayd.Snmp;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Snmp;

/// <summary>When the parent is asked for a connection to the master agent.</summary>
public sealed class AgentXServiceTests : IDisposable
{
    private static readonly AgentX _master = new("/var/agentx/master", Context: null);

    private readonly LoopRun _run = new();
    private readonly Statistics _statistics = Statistics.Create("control");
    private readonly List<Message> _toParent = [];
    private readonly ChildContext _context;
    private readonly AgentXService _service;

    public AgentXServiceTests()
    {
        _context = new ChildContext(Roles.Relayd.Find("control")!, 0, _run.Loop, new Log(new SaidLines(), 0), _statistics) { ToParent = _toParent.Add };
        _service = new AgentXService(_context, static () => throw new InvalidOperationException("nobody asks for it"), new SessionLists(_run.Loop));
    }

    private IEnumerable<uint> Asked => _toParent.OfType<ConnectRequest>().Select(static request => request.Generation);

    public void Dispose()
    {
        _statistics.Dispose();
        _run.Dispose();
    }

    // The parent passes over what was asked under the configuration before.
    [Fact]
    public void A_reload_that_comes_before_the_answer_has_the_same_master_asked_for_again()
    {
        Use(1, _master);
        Use(2, _master);

        Assert.Equal([1u, 2u], Asked);
    }

    [Fact]
    public void A_reload_with_another_master_has_that_one_asked_for()
    {
        Use(1, _master);
        Use(2, _master with { Path = "/var/agentx/other" });

        Assert.Equal([1u, 2u], Asked);
    }

    [Fact]
    public void Without_a_master_nobody_is_asked_for()
    {
        Use(1, _master);
        Use(2, master: null);

        Assert.Equal([1u], Asked);
    }

    private void Use(uint generation, AgentX? master) => _run.Run(() =>
    {
        _context.Take(generation, default, []);
        _service.Configure(master);
        return default;
    });
}
