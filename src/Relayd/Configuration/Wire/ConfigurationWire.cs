using System;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Wire;
using Sluice.Http.Logging;

namespace Sluice.Relayd.Configuration.Wire;

/// <summary>
/// A configuration as bytes, so that children need not parse text. Write and Read stand side by side. What a role may know is a slice, a
/// whole configuration in which the rest is blank; ids and places mean the same in each. Keys of hashes must have been drawn before, or
/// each process would draw its own.
/// </summary>
internal static class ConfigurationWire
{
    /// <summary>Relays know certificates and no path of one, no key, no password, and of checks only that there are some.</summary>
    public static RelaydConfiguration ForRelays(RelaydConfiguration configuration) => configuration with
    {
        Socket = "",
        AgentX = null,
        Tables = Each(configuration.Tables, table => WithoutCheck(table) with { DemotionGroup = null }),
        Redirects = [],
        Protocols = Each(configuration.Protocols, protocol => protocol with { Tls = WithoutFiles(protocol.Tls) }),
        Relays = Each(configuration.Relays, WithoutFiles),
        Routers = [],
    };

    /// <summary>The packet filter knows redirections, routers and their hosts.</summary>
    public static RelaydConfiguration ForPacketFilter(RelaydConfiguration configuration) => ForHealth(configuration) with
    {
        Tables = Each(configuration.Tables, table => WithoutCheck(table) with { DemotionGroup = null }),
        Redirects = configuration.Redirects,
        Routers = configuration.Routers,
    };

    /// <summary>The health checks know tables, which redirections there are, and what is logged.</summary>
    public static RelaydConfiguration ForHealth(RelaydConfiguration configuration) => configuration with
    {
        Tables = Each(configuration.Tables, table => IsOfGatewaysAlone(configuration, table) ? WithoutDetours(table) : table),
        Socket = "",
        AgentX = null,
        TrustedProxies = [],
        Redirects = Each(configuration.Redirects, WithoutKey),
        Protocols = [],
        Relays = [],
        Routers = [],
        Tags = [],
        Labels = [],
    };

    /// <summary>
    /// Control knows names, ids and places: no rule, no key of a hash, of TLS only when certificates expire, and of checks only that there are some.
    /// </summary>
    public static RelaydConfiguration ForControl(RelaydConfiguration configuration) => configuration with
    {
        TrustedProxies = [],
        Tables = Each(configuration.Tables, WithoutCheck),
        Redirects = Each(configuration.Redirects, WithoutKey),
        Protocols = Each(configuration.Protocols, protocol => new Protocol { Id = protocol.Id, Name = protocol.Name, Type = protocol.Type }),
        Relays = Each(configuration.Relays, relay => relay with
        {
            Certificates = Each(relay.Certificates, static files => new CertificateFiles("", "", "") { End = files.End }),
            ClientAuthorities = null,
            Forward = relay.Forward with { Tables = Each(relay.Forward.Tables, WithoutKey) },
        }),
        Routers = Each(configuration.Routers, router => router with { Gateways = router.Gateways is { } gateways ? WithoutKey(gateways) : null }),
        Labels = [],
    };

    public static byte[] Write(RelaydConfiguration configuration)
    {
        WireWriter writer = new();
        writer.Number(configuration.Interval.Ticks);
        writer.Number(configuration.Timeout.Ticks);
        writer.Number(configuration.Prefork);
        writer.Latin1(configuration.Socket);
        writer.Small(configuration.AgentX is null ? 0 : 1);
        if (configuration.AgentX is { } agent)
        {
            writer.Latin1(agent.Path);
            writer.OptionalLatin1(agent.Context);
        }

        Write(writer, configuration.Log);
        writer.List(configuration.TrustedProxies.AsSpan(), Write);
        writer.List(configuration.Tables.AsSpan(), TableWire.Write);
        writer.List(configuration.Redirects.AsSpan(), RedirectWire.Write);
        writer.List(configuration.Protocols.AsSpan(), ProtocolWire.Write);
        writer.List(configuration.Relays.AsSpan(), RelayWire.Write);
        writer.List(configuration.Routers.AsSpan(), RouterWire.Write);
        writer.List(configuration.Tags.AsSpan(), static (writer, tag) => writer.Latin1(tag));
        writer.List(configuration.Labels.AsSpan(), static (writer, label) => writer.Latin1(label));
        return writer.Written.ToArray();
    }

    /// <summary>What was written; null where the bytes are something else, or name a table or protocol that is not among them.</summary>
    public static RelaydConfiguration? Read(ReadOnlyMemory<byte> bytes)
    {
        WireReader reader = new(bytes.Span);
        RelaydConfiguration configuration = new()
        {
            Interval = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
            Timeout = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
            Prefork = (int)reader.Number(1, Limits.Prefork),
            Socket = reader.Latin1(),
            AgentX = reader.Flag() ? new AgentX(reader.Latin1(), reader.OptionalLatin1()) : null,
            Log = ReadLog(ref reader),
            TrustedProxies = [.. reader.List(ReadPrefix)],
            Tables = [.. reader.List(TableWire.Read)],
            Redirects = [.. reader.List(RedirectWire.Read)],
            Protocols = [.. reader.List(ProtocolWire.Read)],
            Relays = [.. reader.List(RelayWire.Read)],
            Routers = [.. reader.List(RouterWire.Read)],
            Tags = [.. reader.List(static (ref reader) => reader.Latin1(), sizeof(uint))],
            Labels = [.. reader.List(static (ref reader) => reader.Latin1(), sizeof(uint))],
        };
        return reader.IsWhole && HasAllThatItNames(configuration) ? configuration : null;
    }

    private static bool IsOfGatewaysAlone(RelaydConfiguration configuration, Table table)
    {
        bool Uses(TableUse? use) => use?.TableId == table.Id;
        return configuration.Routers.Any(router => Uses(router.Gateways))
            && !configuration.Redirects.Any(redirect => Uses(redirect.Table) || Uses(redirect.Backup))
            && !configuration.Relays.Any(relay => relay.Forward.Tables.Any(Uses));
    }

    // A gateway is a neighbour: a check of it that takes a way over another one ends there (D-57).
    private static Table WithoutDetours(Table table) => table with { Hosts = [.. table.Hosts.Select(static host => host with { Ttl = host.Ttl ?? 1 })] };

    private static Table WithoutCheck(Table table) => table with { Check = table.Check is null ? null : new IcmpCheck(), Authorities = null };

    private static Redirect WithoutKey(Redirect redirect) => redirect with
    {
        Table = WithoutKey(redirect.Table),
        Backup = redirect.Backup is { } backup ? WithoutKey(backup) : null,
    };

    private static TableUse WithoutKey(TableUse use) => use with { Key = [] };

    private static Relay WithoutFiles(Relay relay) =>
        relay with { Certificates = Each(relay.Certificates, static files => files with { Certificate = "", Key = "", Ocsp = "" }) };

    private static RelayTls WithoutFiles(RelayTls tls) => tls with
    {
        TicketFile = tls.TicketFile is null ? null : "",
        CaFile = tls.CaFile is null ? null : "",
        CaRevocations = null,
        ClientCa = tls.ClientCa is null ? null : "",
        ClientRevocations = null,
        CaCertificate = tls.CaCertificate is null ? null : "",
        CaKey = tls.CaKey is null ? null : new CaKey("", ""),
        Keypairs = [],
    };

    private static Sequence<T> Each<T>(Sequence<T> all, Func<T, T> change)
    {
        T[] changed = new T[all.Count];
        for (int i = 0; i < changed.Length; i++)
        {
            changed[i] = change(all[i]);
        }

        return [.. changed];
    }

    internal static void Write(WireWriter writer, Prefix prefix)
    {
        writer.Address(prefix.Address);
        writer.Small(prefix.Length);
    }

    internal static Prefix ReadPrefix(ref WireReader reader)
    {
        IPAddress address = reader.Address();
        return new Prefix(address, reader.Small(Addresses.IsVersion4(address) ? 32 : 128));
    }

    internal static void WriteOptional(WireWriter writer, Prefix? prefix)
    {
        writer.Small(prefix is null ? 0 : 1);
        if (prefix is not null)
        {
            Write(writer, prefix);
        }
    }

    internal static Prefix? ReadOptionalPrefix(ref WireReader reader) => reader.Flag() ? ReadPrefix(ref reader) : null;

    private static void Write(WireWriter writer, LogSettings log)
    {
        writer.Small(log.StateChanges ? 1 : 0);
        writer.Small(log.HostChecks ? 1 : 0);
        writer.Small((int)log.Sessions);
        writer.Small((int)log.Level);
        writer.Small(log.Requests is { } style ? 1 + (int)style : 0);
    }

    private static LogSettings ReadLog(ref WireReader reader) => new()
    {
        StateChanges = reader.Flag(),
        HostChecks = reader.Flag(),
        Sessions = (SessionLog)reader.Small((int)SessionLog.All),
        Level = (LogLevel)reader.Small((int)LogLevel.Verbose),
        Requests = reader.Small(1 + (int)LogStyle.Json) is > 0 and int style ? (LogStyle)(style - 1) : null,
    };

    /// <summary>Ids are places in lists, so what reads without a mistake may be looked up without another check.</summary>
    private static bool HasAllThatItNames(RelaydConfiguration configuration)
    {
        bool Has(TableUse? use) => use is null || use.TableId <= configuration.Tables.Count;
        return configuration.Relays.All(relay => relay.ProtocolId <= configuration.Protocols.Count && relay.Forward.Tables.All(Has))
            && configuration.Redirects.All(redirect => Has(redirect.Table) && Has(redirect.Backup))
            && configuration.Routers.All(router => Has(router.Gateways));
    }
}
