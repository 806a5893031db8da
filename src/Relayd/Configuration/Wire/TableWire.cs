using System;

using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Configuration.Wire;

/// <summary>Tables, their hosts and checks, and the references to them, as bytes.</summary>
internal static class TableWire
{
    // Of a check; zero is none.
    private const int Icmp = 1;
    private const int Connect = 2;
    private const int Script = 3;
    private const int Http = 4;
    private const int Exchange = 5;
    private const int Dns = 6;

    public static void Write(WireWriter writer, Table table)
    {
        writer.Count(table.Id);
        writer.Count(table.Place);
        writer.Latin1(table.Definition);
        writer.Number(table.Port);
        writer.Small(table.HasOwnPort ? 1 : 0);
        writer.Small(table.IsDisabled ? 1 : 0);
        Write(writer, table.Check);
        Write(writer, table.Authorities);
        writer.Number(table.Timeout.Ticks);
        writer.Number(table.Rounds);
        writer.OptionalLatin1(table.DemotionGroup);
        writer.List(table.Hosts.AsSpan(), Write);
    }

    public static Table Read(ref WireReader reader) => new()
    {
        Id = reader.Number(),
        Place = reader.Number(),
        Definition = reader.Latin1(),
        Port = (int)reader.Number(0, ushort.MaxValue),
        HasOwnPort = reader.Flag(),
        IsDisabled = reader.Flag(),
        Check = ReadCheck(ref reader),
        Authorities = ReadAuthorities(ref reader),
        Timeout = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
        Rounds = (int)reader.Number(1, int.MaxValue),
        DemotionGroup = reader.OptionalLatin1(),
        Hosts = [.. reader.List(ReadHost)],
    };

    public static void Write(WireWriter writer, Authorities? authorities)
    {
        writer.Small(authorities is null ? 0 : 1);
        if (authorities is not null)
        {
            writer.Latin1(authorities.Certificates);
            writer.Latin1(authorities.RevocationLists);
        }
    }

    public static Authorities? ReadAuthorities(ref WireReader reader) => reader.Flag() ? new Authorities(reader.Latin1(), reader.Latin1()) : null;

    public static void Write(WireWriter writer, TableUse use)
    {
        writer.Number(use.TableId);
        writer.Small((int)use.Mode);
        writer.Bytes(use.Key.AsSpan());
    }

    public static TableUse ReadUse(ref WireReader reader) =>
        new((int)reader.Number(1, int.MaxValue), (ScheduleMode)reader.Small((int)ScheduleMode.Hash), [.. reader.Bytes()]);

    public static void WriteOptional(WireWriter writer, TableUse? use)
    {
        writer.Small(use is null ? 0 : 1);
        if (use is not null)
        {
            Write(writer, use);
        }
    }

    public static TableUse? ReadOptionalUse(ref WireReader reader) => reader.Flag() ? ReadUse(ref reader) : null;

    public static void Write(WireWriter writer, Host host)
    {
        writer.Count(host.Id);
        writer.Count(host.Place);
        writer.Latin1(host.Name);
        writer.Address(host.Address);
        writer.Small(host.Weight);
        writer.Count(host.Failures);
        writer.Count(host.Retry);
        writer.Count(host.ParentId);
        writer.Number(host.Priority ?? -1);
        writer.Number(host.Ttl ?? -1);
        writer.Number(host.Port);
        writer.Count(host.SourceId);
        writer.OptionalLatin1(host.KnownAs);
    }

    public static Host ReadHost(ref WireReader reader) => new()
    {
        Id = reader.Number(),
        Place = reader.Number(),
        Name = reader.Latin1(),
        Address = reader.Address(),
        Weight = ReadWeight(ref reader),
        Failures = reader.Number(),
        Retry = reader.Number(),
        ParentId = reader.Number(),
        Priority = reader.Number(-1, Limits.HostPriority) is >= 0 and long priority ? (int)priority : null,
        Ttl = reader.Number(-1, byte.MaxValue) is >= 0 and long hops ? (byte)hops : null,
        Port = (int)reader.Number(0, ushort.MaxValue),
        SourceId = reader.Number(),
        KnownAs = reader.OptionalLatin1(),
    };

    /// <summary>Schedulers divide by weights: none is zero.</summary>
    private static int ReadWeight(ref WireReader reader)
    {
        int weight = reader.Small(Limits.HostWeight);
        if (weight == 0)
        {
            reader.Fail();
        }

        return Math.Max(weight, 1);
    }

    private static void Write(WireWriter writer, Check? check)
    {
        switch (check)
        {
            case null:
                writer.Small(0);
                break;
            case IcmpCheck:
                writer.Small(Icmp);
                break;
            case ConnectCheck connect:
                writer.Small(Connect);
                writer.Small((int)connect.Transport);
                break;
            case ScriptCheck script:
                writer.Small(Script);
                writer.Latin1(script.Path);
                break;
            case DnsCheck dns:
                writer.Small(Dns);
                writer.Latin1(dns.Name);
                break;
            case HttpCheck http:
                writer.Small(Http);
                writer.Small((int)http.Transport);
                writer.Latin1(http.Path);
                writer.OptionalLatin1(http.Host);
                Write(writer, http.Answer);
                break;
            case ExchangeCheck exchange:
                writer.Small(Exchange);
                writer.Small((int)exchange.Transport);
                writer.Bytes(exchange.Send.AsSpan());
                writer.Bytes(exchange.Expect.AsSpan());
                writer.Small((int)exchange.Kind);
                break;
            default:
                throw new InvalidOperationException($"no bytes are known for {check}");
        }
    }

    private static Check? ReadCheck(ref WireReader reader) => reader.Small(Dns) switch
    {
        Icmp => new IcmpCheck(),
        Connect => new ConnectCheck(ReadTransport(ref reader)),
        Script => new ScriptCheck(reader.Latin1()),
        Dns => new DnsCheck(reader.Latin1()),
        Http => new HttpCheck(ReadTransport(ref reader), reader.Latin1(), reader.OptionalLatin1(), ReadAnswer(ref reader)),
        Exchange => new ExchangeCheck(ReadTransport(ref reader), [.. reader.Bytes()], [.. reader.Bytes()], (ExpectKind)reader.Small((int)ExpectKind.Prefix)),
        _ => null,
    };

    private static CheckTransport ReadTransport(ref WireReader reader) => (CheckTransport)reader.Small((int)CheckTransport.Tls);

    private static void Write(WireWriter writer, HttpCheckAnswer answer)
    {
        writer.Small(answer is StatusAnswer ? 1 : 0);
        if (answer is StatusAnswer status)
        {
            writer.Number(status.Code);
        }
        else if (answer is ContentAnswer content)
        {
            writer.Latin1(content.Digest.Hex);
        }
    }

    private static HttpCheckAnswer ReadAnswer(ref WireReader reader) => reader.Flag()
        ? new StatusAnswer((int)reader.Number(1, int.MaxValue))
        : new ContentAnswer(new Digest(reader.Latin1()));
}
