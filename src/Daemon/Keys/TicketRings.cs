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
    private const int KeysPerLifetime = 4;

    /// <summary>With the one in use, those whose tickets may still be good.</summary>
    private const int MostUsed = KeysPerLifetime + 1;

    /// <summary>Fits a message; a configuration with more has no tickets in the rest.</summary>
    private const int MostLifetimes = 100;

    private Dictionary<TimeSpan, Ring> _rings = [];

    /// <summary>How often <see cref="Write"/> has something new: the shortest time that a key is used.</summary>
    /// <param name="lifetimes">At least one.</param>
    public static TimeSpan Period(IEnumerable<TimeSpan> lifetimes) => lifetimes.Min() / KeysPerLifetime;

    /// <summary>Replaces what is due, and writes the rings for the servers.</summary>
    /// <param name="lifetimes">Those of the configuration in use; rings of others are forgotten.</param>
    /// <param name="now">Monotonic time.</param>
    public byte[] Write(IEnumerable<TimeSpan> lifetimes, TimeSpan now)
    {
        _rings = lifetimes.Distinct().Take(MostLifetimes)
            .ToDictionary(lifetime => lifetime, lifetime => _rings.GetValueOrDefault(lifetime) ?? new Ring());
        WireWriter writer = new();
        writer.Count(_rings.Count);
        foreach ((TimeSpan lifetime, Ring ring) in _rings)
        {
            ring.Turn(now, lifetime / KeysPerLifetime);
            writer.Number(lifetime.Ticks);
            writer.Count(ring.Keys.Count);
            foreach (TicketKey key in ring.Keys)
            {
                writer.Bytes(key.Bytes);
            }
        }

        return writer.Written.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote: the keys of each lifetime, that for new tickets first. Null where it is something else.</summary>
    public static IReadOnlyList<(TimeSpan Lifetime, TicketKey[] Keys)>? Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        (TimeSpan, TicketKey[])[] rings = reader.List(static (ref reader) =>
            (TimeSpan.FromTicks(reader.Number(0, long.MaxValue)), reader.List(ReadKey)));
        return reader.IsWhole ? rings : null;
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
