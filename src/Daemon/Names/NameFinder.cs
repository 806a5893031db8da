using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Engine.Io;

namespace Sluice.Daemon.Names;

/// <summary>The addresses of a name: those that the C library says, so that hosts(5) and nsswitch.conf(5) count, for as long as the records of the DNS say.</summary>
/// <param name="source">The name.</param>
internal sealed class NameFinder(HostSource source) : HostFinder(source)
{
    // Of a name that the DNS does not know: it stands in hosts(5).
    private static readonly TimeSpan _unknownLifetime = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override HostAnswer Look()
    {
        string name = Source.Text;
        IReadOnlyList<IPAddress> addresses = HostNames.Ask(name);
        if (addresses.Count == 0)
        {
            return HostAnswer.None(Source, $"{name} has no address, or no name server answers");
        }

        FoundHost[] usable = [.. addresses.Where(FoundHost.CanBe).Select(Found)];
        if (usable.Length == 0 && Source.Kind != HostSourceKind.Once)
        {
            return HostAnswer.None(Source, $"{name} is {addresses[0]}, which can be no host");
        }

        // In the order of the C library for those who take the first one.
        return Source.Kind == HostSourceKind.Once
            ? new HostAnswer(Source, [.. addresses.Distinct().Select(Found)], Longest, "")
            : Answer(usable, Lifetime(name));
    }

    /// <summary>How long the addresses of a name are good for.</summary>
    private static TimeSpan Lifetime(string name)
    {
        TimeSpan? version4 = Lifetime(name, RecordType.A);
        TimeSpan? version6 = Lifetime(name, RecordType.Aaaa);
        return version4 is { } one && version6 is { } other ? (one < other ? one : other) : version4 ?? version6 ?? _unknownLifetime;
    }

    private static TimeSpan? Lifetime(string name, RecordType type)
    {
        DnsLookup lookup = DnsLookup.Search(name, type);
        return lookup.Failure == LookupFailure.None && DnsAnswer.Read(lookup.Message.Span, type) is { } answer ? answer.Lifetime : null;
    }

    private FoundHost Found(IPAddress address) => new(address, Port: 0, Weight: 0, Source.Text);
}
