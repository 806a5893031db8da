using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Daemon.Names;
using Sluice.Relayd.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Text;

/// <summary>
/// The tables of a configuration as text: their definitions, and what stands behind their names where sections use them. What is printed
/// gets the same tables and hosts with the same ids when it is read.
/// </summary>
internal sealed class TableText
{
    private readonly RelaydConfiguration _configuration;

    // By name, what stands above the definition.
    private readonly Dictionary<string, TimeSpan> _timeouts = new(StringComparer.Ordinal);

    // How many tables have been used by what was printed so far.
    private int _used;

    public TableText(RelaydConfiguration configuration)
    {
        _configuration = configuration;
        foreach (IGrouping<string, Table> definition in Definitions())
        {
            _timeouts[definition.Key] = TimeoutOf([.. definition]);
        }
    }

    /// <summary>The definitions, and the timeouts that they and all else have.</summary>
    public void PrintDefinitions(TextLines lines)
    {
        TimeSpan? timeout = null;
        foreach (Table table in Definitions().Select(definition => definition.First()))
        {
            PrintTimeout(lines, ref timeout, _timeouts[table.Definition]);
            lines.Open($"table <{Quoting.Quote(table.Definition)}>{(table.IsDisabled ? " disable" : "")}");
            foreach (Host host in table.Hosts.Where(static host => host.SourceId == 0))
            {
                lines.Add(Print(host));
            }

            foreach (TableSource source in table.Sources)
            {
                lines.Add(Print(source));
            }

            lines.Close();
        }

        PrintTimeout(lines, ref timeout, _configuration.Timeout);
    }

    /// <summary>Whether a section whose uses are these can be printed now: tables have ids in the order of their first use.</summary>
    public bool CanUse(IEnumerable<TableUse> uses)
    {
        int used = _used;
        return uses.All(use => use.TableId <= used || use.TableId == ++used);
    }

    /// <summary>A use of a table, with its options.</summary>
    public string Print(TableUse use)
    {
        Table table = _configuration.TableOf(use);
        bool isShared = table.Id <= _used;
        _used = Math.Max(_used, table.Id);
        StringBuilder text = new($"<{Quoting.Quote(table.Definition)}>");
        text.Append(table.HasOwnPort ? $" port {table.Port}" : "");
        text.Append(table.Check is { } check ? " " + CheckText.Print(check) : "");

        // A timeout of its own is what makes a use share the table of an earlier one.
        text.Append(isShared || table.Timeout != _timeouts[table.Definition] ? $" timeout {Milliseconds(table.Timeout)}" : "");
        text.Append(table.Rounds == 1 ? "" : $" interval {table.Rounds * (long)_configuration.Interval.TotalSeconds}");
        text.Append(table.DemotionGroup is null ? "" : $" demote {Quoting.Quote(table.DemotionGroup)}");

        // One option is needed, and the key must not be taken for something else: so this one is always there, and the last.
        return text.Append($" mode {Mode(use.Mode)}{Key(use.Key)}").ToString();
    }

    private IEnumerable<IGrouping<string, Table>> Definitions() => _configuration.Tables.GroupBy(table => table.Definition, StringComparer.Ordinal);

    /// <summary>Uses that say the same and are two tables nevertheless have no timeout of their own: theirs is the definition's.</summary>
    private static TimeSpan TimeoutOf(List<Table> uses)
    {
        int twin = uses[0].IsDisabled ? -1 : uses.FindIndex(table => uses.Exists(other => other.Id < table.Id && SaysTheSame(table, other)));
        return uses[Math.Max(twin, 0)].Timeout;
    }

    private static bool SaysTheSame(Table one, Table other) =>
        one with { Id = 0, Place = 0, Hosts = [] } == other with { Id = 0, Place = 0, Hosts = [] };

    private static void PrintTimeout(TextLines lines, ref TimeSpan? before, TimeSpan timeout)
    {
        if (before != timeout)
        {
            lines.Add($"timeout {Milliseconds(timeout)}");
            before = timeout;
        }
    }

    /// <summary>The name as it was written, which relayctl(8) shows; what it stands for is a comment.</summary>
    private static string Print(Host host)
    {
        string address = Addresses.Literal(host.Name) is null ? $" # {host.Address}" : "";
        return Quoting.Quote(host.Name) + Options(host) + address;
    }

    private static string Print(TableSource source)
    {
        string text = Quoting.Quote(source.Source.Text);
        string written = source.Source.Kind switch
        {
            HostSourceKind.File => $"file {text}",
            HostSourceKind.Service => $"{text} srv",
            _ => $"{text} resolve",
        };
        return written + Options(source.Template);
    }

    private static string Options(Host host) =>
        (host.Ttl is null ? "" : $" ip ttl {host.Ttl}")
            + (host.ParentId == 0 ? "" : $" parent {host.ParentId}")
            + (host.Priority is null ? "" : $" priority {host.Priority}")
            + (host.Retry == 0 ? "" : $" retry {host.Retry}")
            + (host.Failures == 0 ? "" : $" failures {host.Failures}")
            + (host.Weight == 1 ? "" : $" weight {host.Weight}");

    private static string Mode(ScheduleMode mode) => mode switch
    {
        ScheduleMode.Random => "random",
        ScheduleMode.LeastStates => "least-states",
        ScheduleMode.SourceHash => "source-hash",
        ScheduleMode.LoadBalance => "loadbalance",
        ScheduleMode.Hash => "hash",
        _ => "roundrobin",
    };

    /// <summary>As <see cref="ModeGrammar"/> reads it: four numbers of 32 bits, whose bytes stand from last to first.</summary>
    private static string Key(Sequence<byte> key)
    {
        byte[] written = [.. key];
        for (int i = 0; i + sizeof(uint) <= written.Length; i += sizeof(uint))
        {
            written.AsSpan(i, sizeof(uint)).Reverse();
        }

        return written.Length == 0 ? "" : $" \"0x{Convert.ToHexStringLower(written)}\"";
    }

    private static string Milliseconds(TimeSpan time) => $"{(long)time.TotalMilliseconds}";
}
