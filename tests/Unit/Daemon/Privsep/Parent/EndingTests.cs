using System;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

/// <summary>In which order children end, how long they may take, and what becomes of those that take longer. They hear and do nothing by themselves here.</summary>
public sealed class EndingTests : IDisposable
{
    private static readonly TimeSpan _ofServers = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _ofOthers = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);

    private static readonly Role _server = Roles.Relayd.Find("relay")! with { Channels = [], Reads = [], Writes = null, Listeners = ListenerUse.None, Instances = Instances.One };
    private static readonly Role _other = Roles.Relayd.Find("control")! with { Channels = [], Reads = [] };

    private readonly FamilyRun _run = new(_server, _other);
    private readonly SaidLines _said = new();
    private readonly Ending _ending;
    private int _ended;
    private int _endedWithout;

    public EndingTests()
    {
        _ending = new Ending(_run.Loop, new Log(_said, 0), _run.Family) { Ended = () => _ended++, EndedWithout = () => _endedWithout++ };
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Servers_end_first_and_then_those_that_work_for_them() => Run(async () =>
    {
        _ending.Begin();
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal((true, false), (IsStopped(_server), IsStopped(_other)));

        _run[_server.Name].Die();
        await _run.Until(() => IsStopped(_other));
        Assert.Equal(0, _ended);

        _run[_other.Name].Die();
        await _run.Until(() => _ended > 0);
    });

    [Fact]
    public void A_server_may_finish_for_ten_seconds_and_is_killed_then() => Run(async () =>
    {
        _ending.Begin();
        await _run.Pass(_ofServers - TimeSpan.FromSeconds(1));
        Assert.True(_run[_server.Name].Lives);

        await _run.Pass(TimeSpan.FromSeconds(1));

        await _run.Until(() => !_run[_server.Name].Lives);
        Assert.True(_run[_other.Name].Lives);
    });

    [Fact]
    public void Those_that_work_for_servers_have_three_seconds_of_their_own() => Run(async () =>
    {
        await BeginWithoutServer();

        await _run.Pass(_ofOthers - TimeSpan.FromSeconds(1));
        Assert.True(_run[_other.Name].Lives);
        await _run.Pass(TimeSpan.FromSeconds(1));

        await _run.Until(() => !_run[_other.Name].Lives);
    });

    [Fact]
    public void Asked_twice_it_kills_whom_it_waits_for() => Run(async () =>
    {
        _ending.Begin();
        _ending.Begin();

        await _run.Until(() => !_run[_server.Name].Lives);
        Assert.True(_run[_other.Name].Lives);
    });

    [Fact]
    public void Asked_again_in_the_last_phase_it_kills_those_of_that_one() => Run(async () =>
    {
        await BeginWithoutServer();

        _ending.Begin();

        await _run.Until(() => !_run[_other.Name].Lives);
    });

    // Their channels stay open here, so that they are not buried although they are killed.
    [Fact]
    public void After_twenty_seconds_it_ends_without_whom_it_cannot_bury_and_says_so() => Run(async () =>
    {
        _ending.Begin();
        await _run.Pass(_longest);

        Assert.Equal((0, 1), (_ended, _endedWithout));
        Assert.Contains("children do not end", Assert.Single(_said.Lines), StringComparison.Ordinal);
        await _run.Until(() => !_run[_server.Name].Lives && !_run[_other.Name].Lives);
    });

    [Fact]
    public void Once_all_have_ended_no_time_is_over_any_more() => Run(async () =>
    {
        await BeginWithoutServer();
        _run[_other.Name].Die();
        await _run.Until(() => _ended > 0);

        await _run.Pass(_longest);

        Assert.Equal((1, 0), (_ended, _endedWithout));
        Assert.Empty(_said.Lines);
    });

    private void Run(Func<ValueTask> scenario) => _run.Run(async () =>
    {
        _run.Use(1, _server, _other);
        await _run.Gather(_server, _other);
        await _run.SayReady(_server, 1);
        await _run.SayReady(_other, 1);
        await scenario();
    });

    private async ValueTask BeginWithoutServer()
    {
        _ending.Begin();
        _run[_server.Name].Die();
        await _run.Until(() => IsStopped(_other));
    }

    private bool IsStopped(Role role) => _run[role.Name].Heard().OfType<Stop>().Any();
}
