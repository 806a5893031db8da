using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;

using Sluice.Daemon.Names;

namespace Sluice.Relayd.Configuration;

/// <summary>Hosts of tables that come from a <see cref="TableSource"/>: the configuration that is in use with others of them is another configuration, and is taken up as by a reload.</summary>
internal static class MovedHosts
{
    /// <summary>The id of the next host.</summary>
    public static int FreeId(RelaydConfiguration configuration) =>
        configuration.Tables.SelectMany(static table => table.Hosts).Select(static host => host.Id).DefaultIfEmpty().Max() + 1;

    /// <summary>What is to be looked at while the configuration is in use.</summary>
    public static IReadOnlyList<HostSource> Sources(RelaydConfiguration configuration) =>
        [.. configuration.Tables.SelectMany(static table => table.Sources).Select(static source => source.Source).Distinct()];

    /// <summary>A configuration that was read, with the hosts that its sources say now.</summary>
    /// <param name="configuration">Without any of them.</param>
    /// <param name="running">What is in use, whose hosts stay where a source says nothing; null at the start.</param>
    /// <param name="names">Asks sources. While it wants to, the result is of no use.</param>
    /// <param name="messages">Gets what is wrong.</param>
    /// <returns>Null where a file is wrong, or says what cannot be.</returns>
    public static RelaydConfiguration? First(RelaydConfiguration configuration, RelaydConfiguration? running, HostNames names, TextWriter messages)
    {
        RelaydConfiguration result = configuration;
        List<string> warnings = [];
        foreach (HostSource source in Sources(configuration))
        {
            if (names.Hosts(source) is not { } answer)
            {
                continue;
            }

            IReadOnlyList<FoundHost> hosts = answer.Failure.Length > 0 ? Known(running, source) : answer.Hosts;
            string refusal = source.Kind == HostSourceKind.File ? answer.Failure : "";
            if (refusal.Length > 0 || With(result, source, hosts, out refusal) is not { } moved)
            {
                messages.WriteLine(refusal);
                return null;
            }

            result = moved;
            if (answer.Failure.Length > 0)
            {
                warnings.Add($"{answer.Failure}: {(hosts.Count > 0 ? "its tables keep the hosts that they have" : "its tables begin without hosts of it")}");
            }
        }

        warnings.ForEach(messages.WriteLine);
        return result;
    }

    /// <summary>A configuration with other hosts of a source.</summary>
    /// <param name="configuration">With those that it has now.</param>
    /// <param name="source">The source; where no table takes hosts from it nothing changes.</param>
    /// <param name="hosts">What it says.</param>
    /// <param name="refusal">Why the result is null, for the operator.</param>
    /// <returns>The same object where the hosts are the same.</returns>
    public static RelaydConfiguration? With(RelaydConfiguration configuration, HostSource source, IReadOnlyList<FoundHost> hosts, out string refusal)
    {
        int id = FreeId(configuration);
        Table[] tables = [.. configuration.Tables];
        bool isChanged = false;
        for (int i = 0; i < tables.Length; i++)
        {
            Table table = tables[i];
            int sourceId = table.Sources.AsSpan().ToArray().ToList().FindIndex(each => each.Source == source) + 1;
            if (sourceId == 0)
            {
                continue;
            }

            if (hosts.Any(static host => host.Port > 0) && configuration.Redirects.FirstOrDefault(redirect => IsUsed(redirect, table)) is { } redirect)
            {
                refusal = $"{source.Text} has ports, and redirect {redirect.Name} sends to one port of all hosts: remove them";
                return null;
            }

            Host[] after = Hosts(table, sourceId, hosts, ref id);
            if (!after.SequenceEqual(table.Hosts.Where(host => host.SourceId == sourceId)))
            {
                isChanged = true;
                tables[i] = table with { Hosts = [.. table.Hosts.Where(host => host.SourceId != sourceId).Concat(after).OrderBy(static host => host.SourceId)] };
            }
        }

        refusal = "";
        return isChanged ? configuration with { Tables = [.. tables] } : configuration;
    }

    /// <summary>What changes from one configuration to the next, in words.</summary>
    public static string Describe(RelaydConfiguration before, RelaydConfiguration after, HostSource source)
    {
        HashSet<string> old = Names(before, source);
        HashSet<string> now = Names(after, source);
        return $"{source.Text} has {now.Count} hosts now, {now.Count(host => !old.Contains(host))} of them new; {old.Count(host => !now.Contains(host))} went";
    }

    private static HashSet<string> Names(RelaydConfiguration configuration, HostSource source) => configuration.Tables
        .SelectMany(table => table.Hosts.Where(host => host.SourceId > 0 && table.Sources[host.SourceId - 1].Source == source))
        .Select(static host => host.Name)
        .ToHashSet(StringComparer.Ordinal);

    // A host that is there already stays the same one.
    private static Host[] Hosts(Table table, int sourceId, IReadOnlyList<FoundHost> found, ref int id)
    {
        Host template = table.Sources[sourceId - 1].Template;
        Dictionary<string, Host> known = table.Hosts.Where(host => host.SourceId == sourceId).ToDictionary(static host => host.Name, StringComparer.Ordinal);
        List<Host> hosts = [];
        foreach (FoundHost host in found)
        {
            string name = host.Port == 0 ? host.Address.ToString() : new IPEndPoint(host.Address, host.Port).ToString();
            Host moved = template with
            {
                Name = name,
                Address = host.Address,
                Port = host.Port,
                Weight = host.Weight == 0 ? template.Weight : host.Weight,
                SourceId = sourceId,
                KnownAs = host.Name,
            };
            hosts.Add(known.GetValueOrDefault(name) is { } same ? moved with { Id = same.Id, Place = same.Place } : moved with { Id = id++ });
        }

        return [.. hosts];
    }

    // What a configuration has of a source: as the source would say it.
    private static IReadOnlyList<FoundHost> Known(RelaydConfiguration? configuration, HostSource source)
    {
        Table? table = configuration?.Tables.FirstOrDefault(table => table.Sources.Any(each => each.Source == source));
        return table is null ? []
            : [.. table.Hosts.Where(host => host.SourceId > 0 && table.Sources[host.SourceId - 1].Source == source)
                .Select(static host => new FoundHost(host.Address, host.Port, host.Weight, host.KnownAs))];
    }

    private static bool IsUsed(Redirect redirect, Table table) => redirect.Table.TableId == table.Id || redirect.Backup?.TableId == table.Id;
}
