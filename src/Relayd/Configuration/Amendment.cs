using System;
using System.Linq;

using Sluice.Daemon.Wire;
using Sluice.Relayd.Configuration.Wire;

namespace Sluice.Relayd.Configuration;

/// <summary>What an operator changes of a configuration that is in use; a reload forgets it.</summary>
internal abstract record Amendment
{
    private enum Kind
    {
        Addition,
        Removal,
    }

    /// <summary>The configuration with the change.</summary>
    /// <param name="configuration">The one in use.</param>
    /// <param name="refusal">Why the result is null, for the operator.</param>
    public abstract RelaydConfiguration? Change(RelaydConfiguration configuration, out string refusal);

    /// <summary>Its bytes.</summary>
    public byte[] Write()
    {
        WireWriter writer = new();
        switch (this)
        {
            case HostAddition addition:
                writer.Small((int)Kind.Addition);
                writer.Count(addition.TableId);
                TableWire.Write(writer, addition.Host);
                break;
            case HostRemoval removal:
                writer.Small((int)Kind.Removal);
                writer.Count(removal.HostId);
                break;
            default:
                throw new InvalidOperationException("an amendment of no kind");
        }

        return writer.Written.ToArray();
    }

    /// <summary>What was written; null where the bytes are something else.</summary>
    public static Amendment? Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        Amendment amendment = (Kind)reader.Small((int)Kind.Removal) == Kind.Addition
            ? new HostAddition(reader.Number(), TableWire.ReadHost(ref reader))
            : new HostRemoval(reader.Number());
        return reader.IsWhole ? amendment : null;
    }
}

/// <summary>A table has one host more. Its id is given when it is added.</summary>
/// <param name="TableId">Which table, from 1.</param>
/// <param name="Host">The host.</param>
internal sealed record HostAddition(int TableId, Host Host) : Amendment
{
    /// <inheritdoc/>
    public override RelaydConfiguration? Change(RelaydConfiguration configuration, out string refusal)
    {
        Table? table = configuration.Tables.FirstOrDefault(table => table.Id == TableId);
        refusal = table is null ? "unknown table"
            : table.Hosts.Any(host => host.Address.Equals(Host.Address)) ? $"table {table.Name} has {Host.Address} already"
            : "";
        if (table is null || refusal.Length > 0)
        {
            return null;
        }

        int id = MovedHosts.FreeId(configuration);
        Host added = Host with { Id = id, ParentId = 0 };
        return configuration with
        {
            Tables = [.. configuration.Tables.Select(each => each.Id == TableId ? each with { Hosts = [.. each.Hosts, added] } : each)],
        };
    }
}

/// <summary>A table has one host less.</summary>
/// <param name="HostId">Which, from 1.</param>
internal sealed record HostRemoval(int HostId) : Amendment
{
    /// <inheritdoc/>
    public override RelaydConfiguration? Change(RelaydConfiguration configuration, out string refusal)
    {
        Table? table = configuration.Tables.FirstOrDefault(table => table.Hosts.Any(host => host.Id == HostId));
        refusal = table is null ? "unknown host"
            : table.Hosts.Count == 1 ? $"it is the only host of table {table.Name}: disable the table instead"
            : table.Hosts.First(host => host.Id == HostId) is { SourceId: > 0 and int source } ? $"{table.Sources[source - 1].Source.Text} says it: disable it instead"
            : configuration.Tables.Any(each => each.Hosts.Any(host => host.ParentId == HostId)) ? "other hosts have it for their parent"
            : "";
        return refusal.Length > 0 ? null : configuration with
        {
            Tables = [.. configuration.Tables.Select(each => each with { Hosts = [.. each.Hosts.Where(host => host.Id != HostId)] })],
        };
    }
}
