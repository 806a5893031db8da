using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Logging;
using Sluice.Engine;
using Sluice.Engine.Netfilter;
using Sluice.Relayd.Redirections;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class ForgottenElementsTests
{
    private const string Gone = "192.0.2.11";
    private const string Other = "192.0.2.12";

    private static readonly FilterMap _map = new("ip sluice", "flows-1");

    private readonly FakeKernel _kernel = new();
    private readonly SaidLines _said = new();
    private readonly List<int> _counts = [];
    private readonly ForgottenElements _forgotten;
    private readonly FilterValue _gone = FilterValue.Of([192, 0, 2, 11]);

    public ForgottenElementsTests()
    {
        _forgotten = new ForgottenElements(new Log(_said, verbosity: 2), _kernel);
    }

    [Fact]
    public void Few_are_forgotten_at_once()
    {
        _kernel.Add("10.0.0.1", Gone).Add("10.0.0.2", Other);

        Forget();

        Assert.Equal(["10.0.0.1"], _kernel.Removed);
        Assert.Equal([1], _counts);
        Assert.Equal(0, _kernel.Turns);
    }

    [Fact]
    public void Of_many_some_hundreds_are_removed_at_a_time_and_others_have_their_turn()
    {
        _kernel.AddMany(2000, Gone).AddMany(2000, Other);

        Forget();

        Assert.Equal([2000], _counts);
        Assert.InRange(_kernel.Removals.Max(), 1, FilterTables.MostRemoved);
        Assert.InRange(_kernel.Turns, 12, 20);
    }

    [Fact]
    public void What_a_pass_has_missed_is_found_by_the_next()
    {
        _kernel.Add("10.0.0.1", Gone).AddMany(1200, Other);
        _kernel.Between = () =>
        {
            _kernel.Between = null;
            _kernel.Add("10.9.9.9", Gone);
        };

        Forget();

        Assert.Equal(["10.0.0.1", "10.9.9.9"], _kernel.Removed);
    }

    [Fact]
    public void A_list_of_two_states_is_made_again()
    {
        _kernel.Outcomes.Enqueue(Errno.Interrupted);

        Forget();

        Assert.Equal(2, _kernel.Listings);
    }

    [Fact]
    public void But_not_for_ever()
    {
        Enumerable.Repeat(Errno.Interrupted, 20).ToList().ForEach(_kernel.Outcomes.Enqueue);

        Forget();

        Assert.Equal(5, _kernel.Listings);
        Assert.Contains(_said.Lines, static line => line.Contains("could not all be forgotten", System.StringComparison.Ordinal));
    }

    [Fact]
    public void A_map_that_is_gone_is_looked_for_once()
    {
        _kernel.Outcomes.Enqueue(Errno.NotFound);

        Forget();

        Assert.Equal(1, _kernel.Listings);
        Assert.Equal([0], _counts);
    }

    [Fact]
    public void One_that_has_another_host_by_now_holds_up_no_other()
    {
        _kernel.AddMany(500, Gone);
        _kernel.Changed.Add("10.0.0.77");

        Forget();

        Assert.Equal(499, _kernel.Removed.Count);
        Assert.Equal([499], _counts);
    }

    [Fact]
    public void What_is_not_meant_any_more_stays()
    {
        bool isMeant = true;
        _kernel.AddMany(1500, Gone);
        _kernel.Between = () => isMeant = _kernel.Removals.Count == 0;

        _forgotten.Add(_map, value => isMeant && value == _gone, _counts.Add);

        Assert.Single(_kernel.Removals);
        Assert.Equal(_kernel.Removed.Count, _counts[0]);
    }

    [Fact]
    public void Who_is_added_meanwhile_hears_of_the_next_pass()
    {
        _kernel.AddMany(600, Gone).AddMany(600, Other);
        _kernel.Between = () =>
        {
            _kernel.Between = null;
            _forgotten.Add(_map, static _ => true, _counts.Add);
        };

        Forget();

        Assert.Equal(1200, _counts.Sum());
        Assert.Equal(2, _counts.Count);
    }

    private void Forget() => _forgotten.Add(_map, value => value == _gone, _counts.Add);
}
