using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Daemon.Names;

/// <summary>
/// Finds the hosts of one source, again and again: what <c>table</c> of relayd.conf(5) may take its hosts from beside the text. A further kind of source is
/// another of these. It works in the resolver, on a thread beside the loop, with the rights of a user who owns nothing.
/// </summary>
/// <param name="source">What it looks at.</param>
internal abstract class HostFinder(HostSource source)
{
    /// <summary>No source is looked at more often, whatever its records say.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>None is looked at less often.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>When a source that had nothing to say is looked at again.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>What it looks at.</summary>
    public HostSource Source => source;

    /// <summary>Looks; may take many seconds.</summary>
    /// <returns>Null where the source is known to be as it was; never the first time.</returns>
    public abstract HostAnswer? Look();

    /// <summary>What looks at such a source.</summary>
    public static HostFinder Of(HostSource source) => source.Kind switch
    {
        HostSourceKind.File => new FileFinder(source),
        HostSourceKind.Service => new ServiceFinder(source),
        _ => new NameFinder(source),
    };

    /// <summary>An answer that says the same whenever the hosts are the same: name servers like to change the order.</summary>
    protected HostAnswer Answer(IEnumerable<FoundHost> hosts, TimeSpan lifetime) => new(
        source,
        [.. hosts.DistinctBy(static host => (host.Address, host.Port)).Take(HostAnswer.Most).OrderBy(static host => host.Address.ToString(), StringComparer.Ordinal).ThenBy(static host => host.Port)],
        lifetime < Shortest ? Shortest : lifetime > Longest ? Longest : lifetime,
        "");
}
