using System;
using System.IO;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

/// <summary>A child is replaced and can be ended whatever goes wrong in the parent: what escaped there once left it unburied, and the daemon without an end.</summary>
public sealed class SupervisionTests : IDisposable
{
    private static readonly Role _role = Roles.Relayd.Find("control")! with { Channels = [], Reads = [] };

    private readonly FamilyRun _run = new(_role);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void What_escapes_while_a_child_is_heard_costs_that_process_and_not_its_place() => _run.Run(async () =>
    {
        await Begin();
        _run.Steer = static _ => throw new IOException("the parent's mistake");
        _run.Children[0].Say(new SteeringRequest(1, 1, SteeringKind.Reload, default));

        await _run.Until(() => _run.Children.Count == 2);
        await _run.Gather(_role);
        await _run.SayReady(_role, 1);

        Assert.Single(_run.Failures);
        _run.Failures.Clear();
        Assert.False(_run.Children[0].Lives);
        Assert.Equal((1u, 2), (_run.Children[1].HeardCommit(), _run.ReadyCount));
    });

    [Fact]
    public void What_escapes_while_a_process_is_started_is_a_death_like_others() => _run.Run(async () =>
    {
        await Begin();
        _run.FailingStarts = 2;
        _run.Children[0].Die();

        await _run.Until(() => _run.Children.Count == 2);

        Assert.Equal((2, null), (_run.Failures.Count, _run.GivenUp));
        _run.Failures.Clear();
    });

    [Fact]
    public void Processes_that_can_never_be_started_again_end_the_daemon() => _run.Run(async () =>
    {
        await Begin();
        _run.FailingStarts = int.MaxValue;
        _run.Children[0].Die();

        await _run.Until(() => _run.GivenUp is not null);

        Assert.Equal("control died 10 times within a minute", _run.GivenUp);
        _run.Failures.Clear();
    });

    [Fact]
    public void What_escapes_from_a_child_that_is_to_end_does_not_keep_the_others() => _run.Run(async () =>
    {
        await Begin();
        bool hasEnded = false;
        _run.Steer = request =>
        {
            _run.Family.Stop(StopPhase.Last, () => hasEnded = true);
            throw new IOException("the parent's mistake");
        };
        _run.Children[0].Say(new SteeringRequest(1, 1, SteeringKind.Stop, default));

        await _run.Until(() => hasEnded);

        Assert.Single(_run.Failures);
        _run.Failures.Clear();
        Assert.False(_run.Children[0].Lives);
        Assert.Single(_run.Children);
    });

    private async ValueTask Begin()
    {
        _run.Use(1, _role);
        await _run.Gather(_role);
        await _run.SayReady(_role, 1);
    }
}
