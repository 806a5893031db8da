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
    private static readonly DateTimeOffset _noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] _secret = [.. Enumerable.Repeat((byte)7, 32)];
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

    [Fact]
    public void Machines_with_the_same_secret_have_the_same_keys_and_others_have_none_of_them()
    {
        string[] here = Shared(_secret, _noon);

        Assert.Equal(here, Shared(_secret, _noon + TimeSpan.FromMinutes(14)), StringComparer.Ordinal);
        Assert.Empty(here.Intersect(Shared([.. _secret, 1], _noon), StringComparer.Ordinal));
        Assert.Equal(here.Length, here.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void One_whose_clock_is_a_turn_behind_or_ahead_takes_the_tickets_of_the_others()
    {
        string used = Shared(_secret, _noon)[0];

        Assert.Contains(used, Shared(_secret, _noon - TimeSpan.FromMinutes(15)), StringComparer.Ordinal);
        Assert.Contains(used, Shared(_secret, _noon + TimeSpan.FromMinutes(15)), StringComparer.Ordinal);
    }

    [Fact]
    public void A_shared_key_is_known_until_its_last_ticket_has_expired() => Assert.Equal(
        [true, true, true, true, false],
        Enumerable.Range(1, 5).Select(turn => Shared(_secret, _noon + TimeSpan.FromMinutes(15 * turn)).Contains(Shared(_secret, _noon)[0], StringComparer.Ordinal)));

    [Fact]
    public void What_is_shared_is_looked_at_four_times_as_often() => Assert.Equal(TimeSpan.FromMinutes(3.75), TicketRings.Period([new SharedTickets(3, _lifetime, _secret)]));

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    public void A_secret_has_a_length(int length, bool isSecret) =>
        Assert.Equal(isSecret ? length : null, SharedTickets.SecretIn([.. " \n"u8, .. Enumerable.Repeat((byte)'a', length), .. "\r\n"u8])?.Length);

    private string[] Shared(byte[] secret, DateTimeOffset now) => [.. TicketRings.Read(_rings.Write([_lifetime], TimeSpan.Zero, [new SharedTickets(3, _lifetime, secret)], now))!
        .Single(static ring => ring.Number == 3).Keys.Select(static key => Convert.ToHexString(key.Bytes))];

    private string[] Keys(TimeSpan now)
    {
        IReadOnlyList<(TimeSpan Lifetime, int Number, TicketKey[] Keys)> rings = TicketRings.Read(_rings.Write([_lifetime], now))!;
        return [.. rings.Single(ring => ring.Lifetime == _lifetime).Keys.Select(key => Convert.ToHexString(key.Bytes))];
    }
}
