using System;
using System.Collections.Generic;

using Sluice.Engine.Loop;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Loop;

public sealed class DeadlineTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly List<string> _expired = [];

    [Fact]
    public void Deadlines_expire_in_the_order_of_arming()
    {
        DeadlineQueue queue = _run.Loop.Timeouts(TimeSpan.FromSeconds(5));
        Named("first").Arm(queue);
        Named("second").Arm(queue);
        Turn(TimeSpan.FromSeconds(5));
        Assert.Equal(["first", "second"], _expired);
    }

    [Fact]
    public void A_deadline_does_not_expire_before_its_time()
    {
        Named("early").Arm(_run.Loop.Timeouts(TimeSpan.FromSeconds(5)));
        Turn(TimeSpan.FromSeconds(4.999));
        Assert.Empty(_expired);
    }

    [Fact]
    public void Arming_again_begins_the_time_anew()
    {
        DeadlineQueue queue = _run.Loop.Timeouts(TimeSpan.FromSeconds(5));
        Alarm moved = Named("moved");
        moved.Arm(queue);
        Turn(TimeSpan.FromSeconds(3));
        moved.Arm(queue);
        Turn(TimeSpan.FromSeconds(3));
        Assert.Empty(_expired);
    }

    [Fact]
    public void Armed_again_soon_it_keeps_its_time()
    {
        DeadlineQueue queue = _run.Loop.Timeouts(TimeSpan.FromSeconds(256));
        Alarm busy = Named("busy");
        busy.Arm(queue);
        Turn(TimeSpan.FromSeconds(1));
        busy.Arm(queue);
        Turn(TimeSpan.FromSeconds(255));
        Assert.Equal(["busy"], _expired);
    }

    [Fact]
    public void A_deadline_at_rest_does_not_expire()
    {
        DeadlineQueue queue = _run.Loop.Timeouts(TimeSpan.FromSeconds(5));
        Alarm rested = Named("rested");
        rested.Arm(queue);
        rested.Rest();
        Turn(TimeSpan.FromSeconds(50));
        Assert.Empty(_expired);
    }

    [Fact]
    public void After_its_rest_a_deadline_has_its_whole_time()
    {
        DeadlineQueue queue = _run.Loop.Timeouts(TimeSpan.FromSeconds(5));
        Alarm rested = Named("rested");
        rested.Arm(queue);
        rested.Rest();
        Turn(TimeSpan.FromSeconds(4));
        rested.Arm(queue);
        Turn(TimeSpan.FromSeconds(4));
        Assert.Empty(_expired);
    }

    [Fact]
    public void A_disarmed_deadline_leaves_its_neighbours_in_order()
    {
        DeadlineQueue queue = _run.Loop.Timeouts(TimeSpan.FromSeconds(5));
        Named("first").Arm(queue);
        Alarm middle = Named("middle");
        middle.Arm(queue);
        Named("last").Arm(queue);
        middle.Disarm();
        Turn(TimeSpan.FromSeconds(5));
        Assert.Equal(["first", "last"], _expired);
    }

    [Fact]
    public void A_deadline_that_arms_itself_expires_once_a_period()
    {
        DeadlineQueue queue = _run.Loop.Timeouts(TimeSpan.FromSeconds(1));
        Alarm? again = null;
        again = new Alarm(() =>
        {
            _expired.Add("again");
            again!.Arm(queue);
        });
        again.Arm(queue);
        Turn(TimeSpan.FromSeconds(10));
        Turn(TimeSpan.FromSeconds(1));
        Assert.Equal(["again", "again"], _expired);
    }

    [Fact]
    public void A_deadline_may_disarm_the_next_one()
    {
        DeadlineQueue queue = _run.Loop.Timeouts(TimeSpan.FromSeconds(1));
        Alarm victim = Named("victim");
        new Alarm(victim.Disarm).Arm(queue);
        victim.Arm(queue);
        Turn(TimeSpan.FromSeconds(2));
        Assert.Empty(_expired);
    }

    [Fact]
    public void One_duration_has_one_queue() =>
        Assert.Same(_run.Loop.Timeouts(TimeSpan.FromSeconds(7)), _run.Loop.Timeouts(TimeSpan.FromSeconds(7)));

    public void Dispose() => _run.Dispose();

    private Alarm Named(string name) => new(() => _expired.Add(name));

    private void Turn(TimeSpan passed) => _run.Run(() => _run.Pass(passed));
}
