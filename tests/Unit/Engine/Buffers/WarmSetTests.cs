using System.Linq;

using Sluice.Engine.Buffers;

using Xunit;

namespace Sluice.Unit.Engine.Buffers;

public sealed class WarmSetTests
{
    private readonly WarmSet _set = new();

    [Fact]
    public void As_many_as_there_are_places_stay_warm_however_often_they_come()
    {
        Kettle[] kettles = Enter(WarmSet.MostMembers);
        Enter(kettles);
        Enter(kettles);

        Assert.All(kettles, static kettle => Assert.Equal(0, kettle.Cooled));
    }

    [Fact]
    public void One_more_has_the_place_of_the_first()
    {
        Kettle[] kettles = Enter(WarmSet.MostMembers + 1);

        Assert.Equal([kettles[0]], kettles.Where(static kettle => kettle.Cooled > 0));
    }

    [Fact]
    public void Whoever_lost_its_place_gets_that_of_the_next()
    {
        Kettle[] kettles = Enter(WarmSet.MostMembers + 1);
        Enter(kettles[0]);

        Assert.Equal([1, 1, 0], kettles.Take(3).Select(static kettle => kettle.Cooled));
    }

    [Fact]
    public void Who_leaves_is_not_cooled_and_makes_room()
    {
        Kettle[] kettles = Enter(WarmSet.MostMembers);
        _set.Leave(kettles[0]);
        Enter(new Kettle());

        Assert.All(kettles, static kettle => Assert.Equal(0, kettle.Cooled));
    }

    [Fact]
    public void All_but_the_one_that_left_keep_their_places()
    {
        Kettle[] kettles = Enter(WarmSet.MostMembers);
        _set.Leave(kettles[5]);
        _ = Enter(WarmSet.MostMembers);

        Assert.Equal([0, .. Enumerable.Repeat(1, WarmSet.MostMembers - 1)], kettles.Select(static kettle => kettle.Cooled).Order());
    }

    [Fact]
    public void Leaving_twice_changes_nothing()
    {
        Kettle[] kettles = Enter(2);
        _set.Leave(kettles[0]);
        _set.Leave(kettles[0]);
        _ = Enter(WarmSet.MostMembers - 1);

        Assert.All(kettles, static kettle => Assert.Equal(0, kettle.Cooled));
    }

    private Kettle[] Enter(int count)
    {
        Kettle[] kettles = [.. Enumerable.Range(0, count).Select(static _ => new Kettle())];
        Enter(kettles);
        return kettles;
    }

    private void Enter(params Kettle[] kettles)
    {
        foreach (Kettle kettle in kettles)
        {
            _set.Enter(kettle);
        }
    }

    private sealed class Kettle : Warmable
    {
        public int Cooled { get; private set; }

        protected internal override void Cool() => Cooled++;
    }
}
