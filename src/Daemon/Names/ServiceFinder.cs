using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Io;

namespace Sluice.Daemon.Names;

/// <summary>The hosts of SRV records: the targets of the most preferred priority, with their ports and weights (RFC 2782).</summary>
/// <param name="source">The name, such as <c>_http._tcp.example.com</c>.</param>
internal sealed class ServiceFinder(HostSource source) : HostFinder(source)
{
    private const int MostTargets = 64;

    /// <inheritdoc/>
    public override HostAnswer Look()
    {
        string name = Source.Text;
        DnsLookup lookup = DnsLookup.Search(name, RecordType.Srv);
        if (lookup.Failure != LookupFailure.None)
        {
            return HostAnswer.None(Source, lookup.Failure == LookupFailure.NoSuchName ? $"{name} has no SRV record" : $"no name server answers for {name}");
        }

        if (DnsAnswer.Read(lookup.Message.Span, RecordType.Srv) is not { } answer)
        {
            return HostAnswer.None(Source, $"the answer for {name} is no message of the DNS");
        }

        ServiceRecord[] offered = [.. answer.Services.Where(static record => record is { Port: > 0, Target.Length: > 0 })];
        ServiceRecord[] preferred = [.. offered.Where(record => record.Priority == offered.Min(static each => each.Priority)).Take(MostTargets)];
        return preferred.Length == 0 ? HostAnswer.None(Source, $"{name} is a service that nobody offers") : Hosts(preferred, answer.Lifetime);
    }

    private HostAnswer Hosts(ServiceRecord[] preferred, TimeSpan lifetime)
    {
        int heaviest = preferred.Max(static record => record.Weight);
        List<FoundHost> hosts = [];
        foreach (IGrouping<string, ServiceRecord> target in preferred.GroupBy(static record => record.Target, StringComparer.OrdinalIgnoreCase))
        {
            HostAnswer found = new NameFinder(new HostSource(HostSourceKind.Name, target.Key)).Look();
            lifetime = found.Lifetime < lifetime ? found.Lifetime : lifetime;
            hosts.AddRange(
                from record in target
                from host in found.Hosts
                select host with { Port = record.Port, Weight = Weight(record.Weight, heaviest) });
        }

        return hosts.Count == 0 ? HostAnswer.None(Source, $"no target of {Source.Text} has an address") : Answer(hosts, lifetime);
    }

    /// <summary>A weight of the table: as it is, or where one does not fit all in proportion. Zero is the least there is.</summary>
    internal static int Weight(int weight, int heaviest) => int.Max(1, heaviest <= FoundHost.MostWeight ? weight : weight * FoundHost.MostWeight / heaviest);
}
