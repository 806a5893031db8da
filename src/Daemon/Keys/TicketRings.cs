using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Wire;
using Sluice.Engine.Tls;

namespace Sluice.Daemon.Keys;

/// <summary>
/// The keys of session tickets, in the parent: a ring for each lifetime that is configured (H-TLS-15, H-TLS-16). A reload keeps
/// them, so tickets stay good; a key that is of no use any more is nowhere, so that whoever breaks in later cannot read what was recorded.
/// </summary>
public sealed class TicketRings
{
    /// <summary>Keys are replaced so often within a lifetime.</summary>
    internal const int KeysPerLifetime = 4;

    /// <summary>With the one in use, those whose tickets may still be good.</summary>
    private const int MostUsed = KeysPerLifetime + 1;

    /// <summary>Fits a message; a configuration with more has no tickets in the rest.</summary>
    private const int MostLifetimes = 50;

    /// <summary>The same for keys that machines share.</summary>
    private const int MostShared = 50;

    // What they are computed from is the time of day, which passes on all machines at once, but is looked at by each for itself.
    private const int SharedLooksPerKey = 4;

    private Dictionary<TimeSpan, Ring> _rings = [];

    /// <summary>How often <see cref="Write(IEnumerable{TimeSpan}, TimeSpan)"/> has something new: the shortest time that a key is used.</summary>
    /// <param name="lifetimes">At least one.</param>
    public static TimeSpan Period(IEnumerable<TimeSpan> lifetimes) => lifetimes.Min() / KeysPerLifetime;

    /// <summary>The same where machines share keys.</summary>
    /// <param name="shared">At least one.</param>
    public static TimeSpan Period(IEnumerable<SharedTickets> shared) => shared.Min(static each => each.Lifetime) / (KeysPerLifetime * SharedLooksPerKey);

    /// <summary>Replaces what is due, and writes the rings for the servers.</summary>
    /// <param name="lifetimes">Those of the configuration in use; rings of others are forgotten.</param>
    /// <param name="now">Monotonic time.</param>
    public byte[] Write(IEnumerable<TimeSpan> lifetimes, TimeSpan now) => Write(lifetimes, now, [], DateTimeOffset.UnixEpoch);

    /// <summary>The same, with the keys that other machines have too.</summary>
    /// <param name="lifetimes">Those of the configuration in use; rings of others are forgotten.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="shared">What makes these keys.</param>
    /// <param name="utc">The time of day.</param>
    public byte[] Write(IEnumerable<TimeSpan> lifetimes, TimeSpan now, IEnumerable<SharedTickets> shared, DateTimeOffset utc)
    {
        ArgumentNullException.ThrowIfNull(shared);
        SharedTickets[] others = [.. shared.Take(MostShared)];
        _rings = lifetimes.Distinct().Take(MostLifetimes)
            .ToDictionary(lifetime => lifetime, lifetime => _rings.GetValueOrDefault(lifetime) ?? new Ring());
        WireWriter writer = new();
        writer.Count(_rings.Count + others.Length);
        foreach ((TimeSpan lifetime, Ring ring) in _rings)
        {
            ring.Turn(now, lifetime / KeysPerLifetime);
            Write(writer, lifetime, 0, ring.Keys);
        }

        foreach (SharedTickets each in others)
        {
            Write(writer, each.Lifetime, each.Number, [.. each.At(utc)]);
        }

        return writer.Written.ToArray();
    }

    /// <summary>Reads what was written: the keys of each lifetime, that for new tickets first, and of each <see cref="SharedTickets.Number"/>, which is 0 for the daemon's own. Null where
    /// it is something else.</summary>
    public static IReadOnlyList<(TimeSpan Lifetime, int Number, TicketKey[] Keys)>? Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        (TimeSpan, int, TicketKey[])[] rings = reader.List(static (ref reader) =>
            (TimeSpan.FromTicks(reader.Number(0, long.MaxValue)), (int)reader.Number(0, int.MaxValue), reader.List(ReadKey)));
        return reader.IsWhole ? rings : null;
    }

    private static void Write(WireWriter writer, TimeSpan lifetime, int number, IReadOnlyList<TicketKey> keys)
    {
        writer.Number(lifetime.Ticks);
        writer.Number(number);
        writer.Count(keys.Count);
        foreach (TicketKey key in keys)
        {
            writer.Bytes(key.Bytes);
        }
    }

    private static TicketKey ReadKey(ref WireReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.Bytes();
        if (bytes.Length == TicketKey.Size)
        {
            return new TicketKey(bytes);
        }

        reader.Fail();
        return TicketKey.Make();
    }

    /// <summary>The keys of one lifetime.</summary>
    private sealed class Ring
    {
        private readonly List<TicketKey> _used = [TicketKey.Make()];
        private TicketKey _next = TicketKey.Make();
        private TimeSpan? _since;

        /// <summary>The one for new tickets, those before it, and the one that comes: a server that has it early takes tickets of one
        /// that has turned already.</summary>
        public IReadOnlyList<TicketKey> Keys => [.. _used, _next];

        public void Turn(TimeSpan now, TimeSpan period)
        {
            // Half a second for the parent's clock, which ticks once in a second.
            if (_since is { } since && now - since < period - TimeSpan.FromSeconds(0.5))
            {
                return;
            }

            if (_since is not null)
            {
                _used.Insert(0, _next);
                _next = TicketKey.Make();
                _used.RemoveRange(int.Min(MostUsed, _used.Count), int.Max(0, _used.Count - MostUsed));
            }

            _since = now;
        }
    }
}
