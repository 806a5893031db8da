using System;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

/// <summary>Those on which others depend hear first of a configuration, and the others when these are ready, or late.</summary>
public sealed class ChangeOrderTests : IDisposable
{
    private static readonly Role _first = Roles.Relayd.Find("hce")! with { Channels = [], Writes = null };
    private static readonly Role _later = Roles.Relayd.Find("relay")! with { Instances = Instances.One, Channels = [], Writes = null, Reads = [], Listeners = ListenerUse.None };

    // As the parent has it.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    private readonly FamilyRun _run = new(_first, _later);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void At_the_start_the_laters_begin_when_the_first_is_ready() => _run.Run(async () =>
    {
        _run.Use(1, _first, _later);
        await _run.Gather(_first, _later);
        Assert.Equal((1u, 0u), Commits());

        await _run.SayReady(_first, 1);
        Assert.Equal((0u, 1u), Commits());

        await _run.SayReady(_later, 1);
        Assert.Equal(1, _run.ReadyCount);
    });

    [Fact]
    public void At_the_start_the_laters_begin_without_a_first_that_takes_too_long() => _run.Run(async () =>
    {
        _run.Use(1, _first, _later);
        await _run.Gather(_first, _later);
        await _run.Pass(_longest);
        _run.Family.Tick();

        Assert.Equal((1u, 1u), Commits());
    });

    [Fact]
    public void With_a_reload_the_laters_hear_when_the_first_is_ready() => _run.Run(async () =>
    {
        await Begin();
        _run.Use(2, _first, _later);
        Assert.Equal((2u, 0u), Commits());

        await _run.SayReady(_first, 2);
        Assert.Equal((0u, 2u), Commits());

        await _run.SayReady(_later, 2);
        Assert.Equal(2, _run.ReadyCount);
    });

    [Fact]
    public void With_a_reload_the_laters_hear_late_of_what_a_first_takes_too_long_for() => _run.Run(async () =>
    {
        await Begin();
        _run.Use(2, _first, _later);
        await _run.Pass(_longest / 2);
        _run.Family.Tick();
        Assert.Equal((2u, 0u), Commits());

        await _run.Pass(_longest / 2);
        _run.Family.Tick();
        Assert.Equal((0u, 2u), Commits());
    });

    [Fact]
    public void A_first_that_dies_before_it_is_ready_holds_the_laters_no_longer() => _run.Run(async () =>
    {
        await Begin();
        _run.Use(2, _first, _later);
        _run[_first.Name].Die();
        await _run.Until(() => _run.Children.Count == 3);
        await _run.Gather(_first);
        Assert.Equal((2u, 0u), Commits());

        await _run.SayReady(_first, 2);
        Assert.Equal((0u, 2u), Commits());
    });

    private async ValueTask Begin()
    {
        _run.Use(1, _first, _later);
        await _run.Gather(_first, _later);
        await _run.SayReady(_first, 1);
        await _run.SayReady(_later, 1);
        Assert.Equal((1u, 1u), Commits());
    }

    private (uint First, uint Later) Commits() => (_run[_first.Name].HeardCommit(), _run[_later.Name].HeardCommit());
}
