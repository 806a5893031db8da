using System;
using System.Buffers;
using System.Collections.Generic;
using System.ComponentModel;
using System.Net;

namespace Sluice.Daemon.Names;

/// <summary>What names of hosts mean while a configuration is read: known, asked for here, or wanted from the resolver.</summary>
public sealed class HostNames
{
    /// <summary>No name has more addresses that anybody looks at.</summary>
    internal const int MostAddresses = 64;

    private static readonly SearchValues<char> _inName =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    // Goes on being right wherever an address may stand, so that the rest of a file is read and its names are heard of as well.
    private static readonly IReadOnlyList<IPAddress> _standIn = [IPAddress.Loopback];

    private readonly Dictionary<string, IReadOnlyList<IPAddress>> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string>? _wanted;

    private HostNames(HashSet<string>? wanted)
    {
        _wanted = wanted;
    }

    /// <summary>The names that were looked up and are not known. A configuration that was read while there are any is not to be used.</summary>
    public IReadOnlyCollection<string> Wanted => _wanted ?? (IReadOnlyCollection<string>)[];

    /// <summary>This process asks the C library, and waits for it: for programs that serve nobody.</summary>
    public static HostNames AskedHere() => new(wanted: null);

    /// <summary>Nothing is asked here: what is looked up becomes <see cref="Wanted"/> until it is learnt.</summary>
    public static HostNames Learnt() => new(new HashSet<string>(StringComparer.OrdinalIgnoreCase));

    /// <summary>The addresses behind a name, in the resolver's order; empty where it has none. Of a name that is wanted something that only holds its place.</summary>
    /// <param name="name">Anything; what cannot be a name has no addresses and is never asked for.</param>
    public IReadOnlyList<IPAddress> Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 255 || name.AsSpan().ContainsAnyExcept(_inName))
        {
            return [];
        }

        if (_known.TryGetValue(name, out IReadOnlyList<IPAddress>? known))
        {
            return known;
        }

        if (_wanted is not null)
        {
            _ = _wanted.Add(name);
            return _standIn;
        }

        return _known[name] = Ask(name);
    }

    /// <summary>Takes an answer; one to a question that nobody asked is passed over.</summary>
    internal void Learn(string name, IReadOnlyList<IPAddress> addresses)
    {
        if (_wanted?.Remove(name) == true)
        {
            _known[name] = addresses;
        }
    }

    /// <summary>What is still wanted has no addresses.</summary>
    internal void GiveUp()
    {
        foreach (string name in Wanted)
        {
            _known[name] = [];
        }

        _wanted?.Clear();
    }

    /// <summary>Asks the C library, which reads /etc/hosts and asks the DNS as nsswitch.conf(5) says; may take many seconds.</summary>
    internal static IReadOnlyList<IPAddress> Ask(string name)
    {
        try
        {
            IPAddress[] addresses = Dns.GetHostAddresses(name);
            return addresses.Length > MostAddresses ? addresses[..MostAddresses] : addresses;
        }
        catch (Exception e) when (e is Win32Exception or ArgumentException)
        {
            return [];
        }
    }
}
