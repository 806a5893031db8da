using System;
using System.Linq;
using System.Net;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Health;

/// <summary>How long what is known of a host stays on the board when the configuration has it no more: others send to it for a while.</summary>
public sealed class RosterTests : IDisposable
{
    private static readonly TimeSpan _others = TimeSpan.FromSeconds(30);
    private static readonly HostHealth _up = new() { State = HostState.Up, Checks = 1, Ups = 1 };

    private readonly LoopRun _run = new();
    private readonly SharedPages _pages = Roles.Health.Create();
    private readonly HealthBoard _board;
    private readonly Roster _roster;

    public RosterTests()
    {
        _board = new HealthBoard(_pages);
        _roster = new Roster(_run.Loop, _board, static _ => default, static _ => null);
        Use(1, 2);
        _board.Write(2, _up);
    }

    private bool IsKnown => _board.Read(2).State == HostState.Up;

    public void Dispose()
    {
        _pages.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void A_host_that_is_gone_is_known_until_nobody_sends_to_it() => _run.Run(async () =>
    {
        Use(1);
        await _run.Pass(_others - TimeSpan.FromSeconds(1));
        Assert.True(IsKnown);

        await _run.Pass(TimeSpan.FromSeconds(1));

        Assert.False(IsKnown);
    });

    [Fact]
    public void One_that_comes_back_meanwhile_is_known() => _run.Run(async () =>
    {
        Use(1);
        await _run.Pass(_others / 2);
        Use(1, 2);
        _board.Write(2, _up);

        await _run.Pass(_others);

        Assert.True(IsKnown);
    });

    // The first time was over while the second one ran.
    [Fact]
    public void One_that_is_gone_again_is_known_as_long_from_then_on() => _run.Run(async () =>
    {
        Use(1);
        await _run.Pass(_others / 3);
        Use(1, 2);
        _board.Write(2, _up);
        await _run.Pass(_others / 3);
        Use(1);

        await _run.Pass(_others / 3);
        await _run.Pass(_others / 3);
        Assert.True(IsKnown);
        await _run.Pass(_others / 3);

        Assert.False(IsKnown);
    });

    private void Use(params int[] hosts) => _ = _roster.Take(new RelaydConfiguration
    {
        Tables =
        [
            new Table
            {
                Id = 1,
                Place = 9,
                Definition = "web",
                Port = 80,
                Hosts = [.. hosts.Select(static id => new Host { Id = id, Place = id, Name = $"10.0.0.{id}", Address = new IPAddress([10, 0, 0, (byte)id]) })],
            },
        ],
    });
}
