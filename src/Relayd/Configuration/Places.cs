using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// Gives hosts, tables, redirections and relays the numbers under which their health and counters stand in shared memory. What is the same in the next configuration keeps its number: a
/// host of the same table, name and address, a table or redirection of the same name, a relay of the same name and listener (D-32). A number is never given twice, so what stands there
/// is always of the one that has it.
/// </summary>
/// <param name="mostOfHealth">How many hosts, tables and redirections there may be in the daemon's life.</param>
/// <param name="mostOfRelays">How many relays.</param>
internal sealed class Places(int mostOfHealth, int mostOfRelays)
{
    private Dictionary<string, int> _health = new(StringComparer.Ordinal);
    private Dictionary<string, int> _relays = new(StringComparer.Ordinal);

    /// <summary>Gives the numbers.</summary>
    /// <returns>Null where there are not enough.</returns>
    public RelaydConfiguration? Give(RelaydConfiguration configuration)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        Sequence<Table> tables = [.. configuration.Tables.Select(table => Give(table, seen))];
        Sequence<Redirect> redirects = [.. configuration.Redirects.Select(redirect => redirect with
        {
            Place = Find(_health, Unique($"redirect\n{redirect.Name}", seen)),
        })];
        Sequence<Relay> relays = [.. configuration.Relays.Select(relay => relay with
        {
            Place = Find(_relays, Unique($"{relay.Name}\n{relay.Listen}", seen)),
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
        Dictionary<string, int> health = Read(ref reader);
        Dictionary<string, int> relays = Read(ref reader);
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
            Place = Find(_health, name),
            Hosts = [.. table.Hosts.Select(host => host with { Place = Find(_health, Unique($"{name}\n{host.Name}\n{host.Address}", seen)) })],
        };
    }

    // The second of the same is another one, and stays the second.
    private static string Unique(string key, Dictionary<string, int> seen)
    {
        int earlier = seen.GetValueOrDefault(key);
        seen[key] = earlier + 1;
        return earlier == 0 ? key : FormattableString.Invariant($"{key}\n#{earlier}");
    }

    private static int Find(Dictionary<string, int> places, string key)
    {
        if (!places.TryGetValue(key, out int place))
        {
            place = places.Count;
            places.Add(key, place);
        }

        return place;
    }

    private static void Write(WireWriter writer, Dictionary<string, int> places)
    {
        writer.Count(places.Count);
        foreach ((string key, int place) in places)
        {
            writer.Latin1(key);
            writer.Count(place);
        }
    }

    private static Dictionary<string, int> Read(ref WireReader reader)
    {
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        for (int left = reader.Count(2 * sizeof(uint)); left > 0; left--)
        {
            string key = reader.Latin1();
            int place = reader.Number();
            if (place >= int.MaxValue || !places.TryAdd(key, place))
            {
                reader.Fail();
            }
        }

        return places;
    }
}
