using System.Collections.Generic;
using System.Linq;

using Sluice.Engine;
using Sluice.Relayd.Datagrams;

using Xunit;

namespace Sluice.Unit.Relayd.Datagrams;

public sealed class QueryIdsTests
{
    private readonly QueryIds _ids = new(new RandomNumbers());

    [Fact]
    public void No_number_is_two_queries_at_a_time()
    {
        HashSet<ushort> taken = [];

        Assert.All(Enumerable.Range(0, QueryTable.Most), _ => Assert.True(taken.Add(_ids.Take())));
    }

    // Several times round, with many out.
    [Fact]
    public void A_number_rests_before_it_is_drawn_again() => Assert.InRange(SoonestReturn(), QueryIds.Resting, QueryIds.Count);

    [Fact]
    public void All_numbers_are_drawn_and_none_can_be_told_from_those_before()
    {
        ushort[] drawn = [.. Enumerable.Range(0, QueryIds.Count).Select(_ =>
        {
            ushort id = _ids.Take();
            _ids.Return(id);
            return id;
        })];

        // About 6 of 10 are drawn in so many draws; of neighbours that follow each other there is hardly one.
        Assert.InRange(drawn.Distinct().Count(), QueryIds.Count / 2, QueryIds.Count);
        Assert.InRange(drawn.Zip(drawn.Skip(1)).Count(static pair => pair.Second == pair.First + 1), 0, 20);
        Assert.True(drawn.Max() > 65_000 && drawn.Min() < 500);
    }

    private int SoonestReturn()
    {
        Queue<ushort> isOut = new(Enumerable.Range(0, QueryTable.Most - 1).Select(_ => _ids.Take()));
        Dictionary<ushort, int> returned = [];
        int soonest = int.MaxValue;
        foreach (int turn in Enumerable.Range(0, 4 * QueryIds.Count))
        {
            ushort id = _ids.Take();
            soonest = returned.Remove(id, out int earlier) ? int.Min(soonest, turn - earlier) : soonest;
            isOut.Enqueue(id);
            ushort back = isOut.Dequeue();
            _ids.Return(back);
            returned[back] = turn;
        }

        return soonest;
    }
}
