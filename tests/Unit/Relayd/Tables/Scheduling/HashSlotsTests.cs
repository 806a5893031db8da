using System.Collections.Generic;
using System.Linq;

using Sluice.Relayd.Tables.Scheduling;

using Xunit;

namespace Sluice.Unit.Relayd.Tables.Scheduling;

public sealed class HashSlotsTests
{
    [Fact]
    public void A_host_that_goes_down_gives_away_only_its_own_slots_and_to_many()
    {
        Hosts hosts = Hosts.Equal(10);
        HashSlots slots = new(hosts.All, hosts.MayServe, hosts.Changes);
        IReadOnlyList<int?> before = Hosts.Slots(slots);
        hosts.Down(3);
        IReadOnlyList<int?> after = Hosts.Slots(slots);

        Assert.All(before.Zip(after).Where(static pair => pair.First != 3), static pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(9, before.Zip(after).Where(static pair => pair.First == 3).Select(static pair => pair.Second).Distinct().Count());
    }

    [Fact]
    public void A_host_that_comes_back_has_its_slots_again()
    {
        Hosts hosts = Hosts.Equal(50);
        HashSlots slots = new(hosts.All, hosts.MayServe, hosts.Changes);
        IReadOnlyList<int?> before = Hosts.Slots(slots);
        hosts.Down(Enumerable.Range(0, 40));
        _ = Hosts.Slots(slots);
        hosts.Recover(Enumerable.Range(0, 40));

        Assert.Equal(before, Hosts.Slots(slots));
    }

    [Fact]
    public void A_host_that_is_added_takes_slots_and_moves_no_others()
    {
        Hosts few = Hosts.Equal(9);
        Hosts more = Hosts.Equal(10);
        IReadOnlyList<int?> before = Hosts.Slots(new HashSlots(few.All, few.MayServe, few.Changes));
        IReadOnlyList<int?> after = Hosts.Slots(new HashSlots(more.All, more.MayServe, more.Changes));

        Assert.All(before.Zip(after).Where(static pair => pair.Second != 9), static pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void A_heavier_host_takes_slots_and_gives_none_away()
    {
        Hosts equal = new(2, 2, 2);
        Hosts heavier = new(2, 3, 2);
        IReadOnlyList<int?> before = Hosts.Slots(new HashSlots(equal.All, equal.MayServe, equal.Changes));
        IReadOnlyList<int?> after = Hosts.Slots(new HashSlots(heavier.All, heavier.MayServe, heavier.Changes));

        Assert.All(before.Zip(after).Where(static pair => pair.First != pair.Second), static pair => Assert.Equal(1, pair.Second));
    }

    [Fact]
    public void The_order_of_preference_holds_beyond_what_a_slot_remembers()
    {
        Hosts hosts = Hosts.Equal(30);
        HashSlots slots = new(hosts.All, hosts.MayServe, hosts.Changes);
        hosts.Down(Enumerable.Range(0, 28));
        IReadOnlyList<int?> two = Hosts.Slots(slots);
        hosts.Recover(27);
        IReadOnlyList<int?> three = Hosts.Slots(slots);

        Assert.All(two.Zip(three).Where(static pair => pair.Second != 27), static pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(3, three.Distinct().Count());
    }
}
