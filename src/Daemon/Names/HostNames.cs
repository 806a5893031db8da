using System;
using System.Buffers;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Net;

namespace Sluice.Daemon.Names;

/// <summary>What names of hosts mean while a configuration is read: known, asked for here, or wanted from the resolver.</summary>
public sealed class HostNames
{
    /// <summary>No name has more addresses that anybody looks at.</summary>
    internal const int MostAddresses = 64;

    private const int LongestName = 255;

    private static readonly SearchValues<char> _inName =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    // Goes on being right wherever an address may stand, so that the rest of a file is read and its names are heard of as well.
    private static readonly IReadOnlyList<IPAddress> _standIn = [IPAddress.Loopback];

    private readonly Dictionary<HostSource, HostAnswer> _known = [];
    private readonly HashSet<HostSource>? _wanted;

    private HostNames(HashSet<HostSource>? wanted)
    {
        _wanted = wanted;
    }

    /// <summary>What was looked up and is not known. A configuration that was read while there is any is not to be used.</summary>
    public IReadOnlyCollection<HostSource> Wanted => _wanted ?? (IReadOnlyCollection<HostSource>)[];

    /// <summary>This process asks the C library, and waits for it: for programs that serve nobody.</summary>
    public static HostNames AskedHere() => new(wanted: null);

    /// <summary>Nothing is asked here: what is looked up becomes <see cref="Wanted"/> until it is learnt.</summary>
    public static HostNames Learnt() => new([]);

    /// <summary>Whether a text can be the name of a host or a service.</summary>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= LongestName && !text.AsSpan().ContainsAnyExcept(_inName);
    }

    /// <summary>The addresses behind a name, in the resolver's order; empty where it has none. Of a name that is wanted something that only holds its place.</summary>
    /// <param name="name">Anything; what cannot be a name has no addresses and is never asked for.</param>
    public IReadOnlyList<IPAddress> Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !IsName(name) ? []
            : Hosts(new HostSource(HostSourceKind.Once, name.ToLowerInvariant())) is { } answer ? [.. answer.Hosts.Select(static host => host.Address)]
            : _standIn;
    }

    /// <summary>What a source says; null while that is wanted.</summary>
    /// <param name="source">What is asked.</param>
    public HostAnswer? Hosts(HostSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (_known.TryGetValue(source, out HostAnswer? known))
        {
            return known;
        }

        if (_wanted is null)
        {
            return _known[source] = HostFinder.Of(source).Look()!;
        }

        _ = _wanted.Add(source);
        return null;
    }

    /// <summary>Takes an answer; one to a question that nobody asked is passed over.</summary>
    internal void Learn(HostAnswer answer)
    {
        if (_wanted?.Remove(answer.Source) == true)
        {
            _known[answer.Source] = answer;
        }
    }

    /// <summary>What is still wanted has no answer.</summary>
    internal void GiveUp()
    {
        foreach (HostSource source in Wanted)
        {
            _known[source] = HostAnswer.None(source, $"no answer from the resolver for {source.Text}");
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
