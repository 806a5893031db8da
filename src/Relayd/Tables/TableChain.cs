using System;
using System.Buffers.Binary;
using System.Linq;

using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Tables.Scheduling;

namespace Sluice.Relayd.Tables;

/// <summary>Where the sessions of a relay go to: the first table in order that has a host, and an address where none has (R-RELAY-22).</summary>
internal sealed class TableChain
{
    private readonly ServedTable[] _tables;
    private readonly Target _address;

    // What hosts are that no table has: those that clients mean.
    private readonly Target _meant;
    private readonly Translation _translation;
    private readonly bool _areTablesFirst;

    // What a hash reads behind the client's address: address and port of the relay (R-SCHED-05, R-SCHED-06).
    private readonly byte[] _listen;

    /// <summary>Makes it ready.</summary>
    /// <param name="configuration">Whose tables they are.</param>
    /// <param name="relay">The relay.</param>
    /// <param name="health">Which hosts may serve.</param>
    /// <param name="connector">Speaks TLS with hosts; null where that is not spoken.</param>
    public TableChain(RelaydConfiguration configuration, Relay relay, HealthBoard health, TlsConnector? connector)
    {
        Forwarding forward = relay.Forward;
        _tables = [.. forward.Tables.Select(use => new ServedTable(configuration.TableOf(use), use.Mode, forward.Translation, health, connector))];
        _address = forward.Address is { } address
            ? new Target(FamilyTranslation.Translate(forward.Translation, address.ToSocketAddress()), Place: 0, forward.Retry, Tls: connector?.For(forward.HostName))
            : default;
        _meant = new Target(default, Place: 0, forward.Retry, Tls: connector?.For(name: null));
        _translation = forward.Translation;

        // R-DNS-05, R-RELAY-22.
        _areTablesFirst = configuration.ProtocolOf(relay).Type == ProtocolType.Dns;

        // One key a relay: that of its first table that hashes (R-TABLE-13).
        TableUse? hashing = forward.Tables.FirstOrDefault(use => use.Key.Count == SipHash.KeyLength);
        Hash = new SipHash(hashing is null ? new byte[SipHash.KeyLength] : [.. hashing.Key]);
        _listen = [.. relay.Listen.Address.GetAddressBytes(), (byte)(relay.Listen.Port >> 8), (byte)(relay.Listen.Port & byte.MaxValue)];
    }

    /// <summary>Keyed as the first table that hashes.</summary>
    public SipHash Hash { get; }

    /// <summary>Where the next session goes to.</summary>
    /// <param name="client">Whose session.</param>
    /// <param name="meant">The address that the client meant, where the relay goes by that; none elsewhere, and where it is not known.</param>
    /// <param name="definition">The table that a rule chose, which nothing else stands in for; null where none did. One that the relay does not use chooses nothing (R-FILTER-09).</param>
    /// <param name="hashed">What rules hashed (R-SCHED-06); null for nothing.</param>
    /// <param name="target">Where to.</param>
    /// <returns>False where no host may serve.</returns>
    public bool TryChoose(in SocketAddress client, in SocketAddress meant, string? definition, ulong? hashed, out Target target)
    {
        if (definition is not null && Find(definition) is { } chosen)
        {
            return chosen.TryPick(Digest(chosen.Mode, client, hashed), out target);
        }

        if (!_areTablesFirst && meant.Kind != AddressKind.None)
        {
            target = Meant(meant);
            return target.Address.Kind != AddressKind.None;
        }

        foreach (ServedTable table in _tables)
        {
            if (table.TryPick(Digest(table.Mode, client, hashed), out target))
            {
                return true;
            }
        }

        target = meant.Kind == AddressKind.None ? _address : Meant(meant);
        return target.Address.Kind != AddressKind.None;
    }

    /// <summary>Whether the operator has taken the table out of service that a session is for: the one that a rule chose, or the first one.</summary>
    /// <param name="definition">The table that a rule chose; null where none did.</param>
    public bool IsWithdrawn(string? definition)
    {
        ServedTable? chosen = definition is null ? null : Find(definition);
        return (chosen ?? _tables.FirstOrDefault()) is { IsWithdrawn: true };
    }

    private Target Meant(in SocketAddress meant) => _meant with { Address = FamilyTranslation.Translate(_translation, meant) };

    private ServedTable? Find(string definition) =>
        Array.Find(_tables, table => string.Equals(table.Definition, definition, StringComparison.Ordinal));

    private ulong Digest(ScheduleMode mode, in SocketAddress client, ulong? hashed)
    {
        Span<byte> input = stackalloc byte[64];
        int length = mode is ScheduleMode.SourceHash or ScheduleMode.LoadBalance ? client.CopyIp(input) : 0;
        if (mode == ScheduleMode.Hash && hashed is { } value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(input, value);
            length += sizeof(ulong);
        }

        if (mode is ScheduleMode.LoadBalance or ScheduleMode.Hash)
        {
            _listen.CopyTo(input[length..]);
            length += _listen.Length;
        }

        return length == 0 ? 0 : Hash.Of(input[..length]);
    }
}
