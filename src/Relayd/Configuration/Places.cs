using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// Gives hosts, tables, redirections and relays the numbers under which their health and counters stand in shared memory. What is the same in the next configuration keeps its number: a
/// host of the same table, name and address, a table or redirection of the same name, a relay of the same name and listener (D-32). A number is not given twice while there are others, so
/// what stands there is always of the one that has it; then that of the host is given which was in none of the last configurations for the longest time.
/// </summary>
/// <param name="mostOfHealth">How many hosts, tables and redirections there may be in the daemon's life.</param>
/// <param name="mostOfRelays">How many relays.</param>
internal sealed class Places(int mostOfHealth, int mostOfRelays)
{
    private Dictionary<string, Entry> _health = new(StringComparer.Ordinal);
    private Dictionary<string, Entry> _relays = new(StringComparer.Ordinal);
    private long _configurations;

    /// <summary>Gives the numbers.</summary>
    /// <returns>Null where there are not enough.</returns>
    public RelaydConfiguration? Give(RelaydConfiguration configuration)
    {
        _configurations++;
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        Sequence<Table> tables = [.. configuration.Tables.Select(table => Give(table, seen))];
        Sequence<Redirect> redirects = [.. configuration.Redirects.Select(redirect => redirect with
        {
            Place = Find(_health, Unique($"redirect\n{redirect.Name}", seen), Owner.Section),
        })];
        Sequence<Relay> relays = [.. configuration.Relays.Select(relay => relay with
        {
            Place = Find(_relays, Unique($"{relay.Name}\n{relay.Listen}", seen), Owner.Section),
        })];
        return _health.Count > mostOfHealth || _relays.Count > mostOfRelays ? null : configuration with { Tables = tables, Redirects = redirects, Relays = relays };
    }

    /// <summary>All that is known, for a parent of another build.</summary>
    public byte[] Write()
    {
        WireWriter writer = new();
        Write(writer, _health);
        Write(writer, _relays);
        return writer.Written.ToArray();
    }

    /// <summary>Takes over what another wrote; what cannot be understood is passed over, and all begin anew.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        Dictionary<string, Entry> health = Read(ref reader);
        Dictionary<string, Entry> relays = Read(ref reader);
        if (reader.IsWhole)
        {
            (_health, _relays) = (health, relays);
        }
    }

    private Table Give(Table table, Dictionary<string, int> seen)
    {
        string name = Unique(table.Name, seen);
        return table with
        {
            Place = Find(_health, name, Owner.Section),
            Hosts = [.. table.Hosts.Select(host => host with { Place = Find(_health, Unique($"{name}\n{host.Name}\n{host.Address}", seen), Owner.Host) })],
        };
    }

    // The second of the same is another one, and stays the second.
    private static string Unique(string key, Dictionary<string, int> seen)
    {
        int earlier = seen.GetValueOrDefault(key);
        seen[key] = earlier + 1;
        return earlier == 0 ? key : FormattableString.Invariant($"{key}\n#{earlier}");
    }

    private int Find(Dictionary<string, Entry> places, string key, Owner owner)
    {
        if (!places.TryGetValue(key, out Entry entry))
        {
            string? former = owner == Owner.Host && places.Count >= mostOfHealth ? LongestGone(places) : null;
            int place = former is null ? places.Count : places[former].Place;
            _ = former is not null && places.Remove(former);
            entry = new Entry(place, owner, Given: 0);
        }

        places[key] = entry with { Given = _configurations };
        return entry.Place;
    }

    // Of the configuration before nobody knows yet who stays.
    private string? LongestGone(Dictionary<string, Entry> places)
    {
        string? longest = places.Keys.Where(key => places[key].Owner == Owner.Host).MinBy(key => places[key].Given);
        return longest is not null && places[longest].Given < _configurations - 1 ? longest : null;
    }

    private static void Write(WireWriter writer, Dictionary<string, Entry> places)
    {
        writer.Count(places.Count);
        foreach ((string key, Entry entry) in places)
        {
            writer.Latin1(key);
            writer.Count(entry.Place);
            writer.Small((int)entry.Owner);
        }
    }

    private static Dictionary<string, Entry> Read(ref WireReader reader)
    {
        Dictionary<string, Entry> places = new(StringComparer.Ordinal);
        for (int left = reader.Count((2 * sizeof(uint)) + 1); left > 0; left--)
        {
            string key = reader.Latin1();
            int place = reader.Number();
            if (place >= int.MaxValue || !places.TryAdd(key, new Entry(place, (Owner)reader.Small((int)Owner.Host), Given: 0)))
            {
                reader.Fail();
            }
        }

        return places;
    }

    /// <summary>Whose number it is.</summary>
    private enum Owner
    {
        Section,
        Host,
    }

    /// <summary>A number.</summary>
    /// <param name="Place">The number.</param>
    /// <param name="Owner">Whose.</param>
    /// <param name="Given">In which configuration of this parent it was given last.</param>
    private readonly record struct Entry(int Place, Owner Owner, long Given);
}
