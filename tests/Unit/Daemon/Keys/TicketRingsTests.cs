using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;

using Xunit;

namespace Sluice.Unit.Daemon.Keys;

public sealed class TicketRingsTests
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromHours(1);
    private readonly TicketRings _rings = new();

    [Fact]
    public void Keys_are_replaced_four_times_in_the_shortest_lifetime() =>
        Assert.Equal(TimeSpan.FromMinutes(1), TicketRings.Period([_lifetime, TimeSpan.FromMinutes(4)]));

    [Fact]
    public void Before_their_time_keys_stay() => Assert.Equal(Keys(TimeSpan.Zero), Keys(TimeSpan.FromMinutes(14)), StringComparer.Ordinal);

    [Fact]
    public void The_next_key_is_known_before_it_is_used()
    {
        string[] before = Keys(TimeSpan.Zero);

        Assert.Equal(before[^1], Keys(TimeSpan.FromMinutes(15))[0]);
    }

    [Fact]
    public void A_key_is_known_until_its_last_ticket_has_expired()
    {
        string first = Keys(TimeSpan.Zero)[0];
        string[][] later = [.. Enumerable.Range(1, 5).Select(turn => Keys(TimeSpan.FromMinutes(15 * turn)))];

        Assert.Equal([true, true, true, true, false], later.Select(keys => keys.Contains(first, StringComparer.Ordinal)));
    }

    [Fact]
    public void A_lifetime_that_stays_configured_keeps_its_keys()
    {
        string[] before = Keys(TimeSpan.Zero);
        _ = _rings.Write([_lifetime, TimeSpan.FromHours(2)], TimeSpan.FromMinutes(1));

        Assert.Equal(before, Keys(TimeSpan.FromMinutes(2)), StringComparer.Ordinal);
    }

    [Fact]
    public void A_lifetime_that_was_gone_gets_new_keys()
    {
        string[] before = Keys(TimeSpan.Zero);
        _ = _rings.Write([TimeSpan.FromHours(2)], TimeSpan.FromMinutes(1));

        Assert.Empty(before.Intersect(Keys(TimeSpan.FromMinutes(2)), StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_no_ring_is_refused() => Assert.Null(TicketRings.Read(_rings.Write([_lifetime], TimeSpan.Zero).AsSpan(1)));

    private string[] Keys(TimeSpan now)
    {
        IReadOnlyList<(TimeSpan Lifetime, TicketKey[] Keys)> rings = TicketRings.Read(_rings.Write([_lifetime], now))!;
        return [.. rings.Single(ring => ring.Lifetime == _lifetime).Keys.Select(key => Convert.ToHexString(key.Bytes))];
    }
}
