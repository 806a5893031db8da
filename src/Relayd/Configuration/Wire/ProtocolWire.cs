using System;

using Sluice.Configuration.Grammar;
using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Configuration.Wire;

/// <summary>Protocols as bytes; their rules are <see cref="RuleWire"/>.</summary>
internal static class ProtocolWire
{
    public static void Write(WireWriter writer, Protocol protocol)
    {
        writer.Count(protocol.Id);
        writer.Latin1(protocol.Name);
        writer.Small((int)protocol.Type);
        Write(writer, protocol.Tcp);
        writer.Small(protocol.Splice ? 1 : 0);
        Write(writer, protocol.Tls);
        writer.Count(protocol.Http.HeaderLengthBytes);
        writer.Small(protocol.Http.WebSockets ? 1 : 0);
        writer.Small(protocol.Http.Reuse ? 1 : 0);
        writer.Small(protocol.Http.Forwarded ? 1 : 0);
        writer.OptionalLatin1(protocol.Http.RequestIdField);
        writer.Small(protocol.ErrorPage is null ? 0 : 1);
        if (protocol.ErrorPage is { } page)
        {
            writer.OptionalLatin1(page.Style);
        }

        writer.Number(protocol.Maintenance?.Ticks ?? -1);
        writer.List(protocol.Rules.AsSpan(), RuleWire.Write);
    }

    public static Protocol Read(ref WireReader reader) => new()
    {
        Id = reader.Number(),
        Name = reader.Latin1(),
        Type = (ProtocolType)reader.Small((int)ProtocolType.Dns),
        Tcp = ReadTcp(ref reader),
        Splice = reader.Flag(),
        Tls = ReadTls(ref reader),
        Http = ReadHttp(ref reader),
        ErrorPage = reader.Flag() ? new ErrorPageStyle(reader.OptionalLatin1()) : null,
        Maintenance = reader.Number(-1, long.MaxValue) is >= 0 and long ticks ? TimeSpan.FromTicks(ticks) : null,
        Rules = [.. reader.List(RuleWire.Read)],
    };

    private static HttpOptions ReadHttp(ref WireReader reader) => new(reader.Number(), reader.Flag())
    {
        Reuse = reader.Flag(),
        Forwarded = reader.Flag(),
        RequestIdField = reader.OptionalLatin1(),
    };

    private static void Write(WireWriter writer, TcpOptions tcp)
    {
        writer.Small((int)tcp.NoDelay);
        writer.Small((int)tcp.Sack);
        writer.Number(tcp.Backlog ?? -1);
        writer.Number(tcp.SocketBuffer ?? -1);
        writer.Number(tcp.Ttl ?? -1);
        writer.Number(tcp.MinTtl ?? -1);
    }

    private static TcpOptions ReadTcp(ref WireReader reader) => new()
    {
        NoDelay = (Setting)reader.Small((int)Setting.Off),
        Sack = (Setting)reader.Small((int)Setting.Off),
        Backlog = reader.Number(-1, Limits.Backlog) is >= 0 and long backlog ? (int)backlog : null,
        SocketBuffer = reader.Number(-1, int.MaxValue) is >= 0 and long size ? (int)size : null,
        Ttl = reader.Number(-1, byte.MaxValue) is >= 0 and long hops ? (byte)hops : null,
        MinTtl = reader.Number(-1, byte.MaxValue) is >= 0 and long least ? (byte)least : null,
    };

    private static void Write(WireWriter writer, RelayTls tls)
    {
        writer.Small((int)tls.Protocols);
        writer.Latin1(tls.Ciphers);
        writer.Latin1(tls.Ecdhe);
        writer.Latin1(tls.Edh);
        writer.Small(tls.CipherServerPreference ? 1 : 0);
        writer.Small(tls.SessionTickets ? 1 : 0);
        writer.OptionalLatin1(tls.TicketFile);
        writer.OptionalLatin1(tls.CaFile);
        writer.OptionalLatin1(tls.CaRevocations);
        TableWire.Write(writer, tls.HostAuthorities);
        writer.OptionalLatin1(tls.ClientCa);
        writer.OptionalLatin1(tls.ClientRevocations);
        writer.OptionalLatin1(tls.CaCertificate);
        writer.Small(tls.CaKey is null ? 0 : 1);
        if (tls.CaKey is { } key)
        {
            writer.Latin1(key.Path);
            writer.Latin1(key.Password);
        }

        writer.Small(tls.InspectsInvalid ? 1 : 0);
        writer.Small(tls.Inspecting is null ? 0 : 1);
        if (tls.Inspecting is { } inspecting)
        {
            writer.Latin1(inspecting.Chain);
            writer.Count(inspecting.KeyId);
            TableWire.Write(writer, inspecting.Hosts);
            writer.Number(inspecting.End.UtcTicks);
            writer.Count(inspecting.Renewals);
        }

        writer.List(tls.Keypairs.AsSpan(), Write);
    }

    private static RelayTls ReadTls(ref WireReader reader) => new()
    {
        Protocols = (TlsProtocols)reader.Small((int)(TlsProtocols.Tls12 | TlsProtocols.Tls13)),
        Ciphers = reader.Latin1(),
        Ecdhe = reader.Latin1(),
        Edh = reader.Latin1(),
        CipherServerPreference = reader.Flag(),
        SessionTickets = reader.Flag(),
        TicketFile = reader.OptionalLatin1(),
        CaFile = reader.OptionalLatin1(),
        CaRevocations = reader.OptionalLatin1(),
        HostAuthorities = TableWire.ReadAuthorities(ref reader),
        ClientCa = reader.OptionalLatin1(),
        ClientRevocations = reader.OptionalLatin1(),
        CaCertificate = reader.OptionalLatin1(),
        CaKey = reader.Flag() ? new CaKey(reader.Latin1(), reader.Latin1()) : null,
        InspectsInvalid = reader.Flag(),
        Inspecting = reader.Flag() ? ReadInspecting(ref reader) : null,
        Keypairs = [.. reader.List(ReadKeypair)],
    };

    private static Inspecting ReadInspecting(ref WireReader reader) =>
        new(reader.Latin1(), reader.Number(), TableWire.ReadAuthorities(ref reader) ?? new Authorities("", ""))
        {
            End = new DateTimeOffset(reader.Number(0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
            Renewals = reader.Number(),
        };

    private static void Write(WireWriter writer, Keypair keypair)
    {
        writer.Latin1(keypair.Name);
        writer.OptionalLatin1(keypair.Certificate);
        writer.OptionalLatin1(keypair.Key);
        writer.OptionalLatin1(keypair.Ocsp);
    }

    private static Keypair ReadKeypair(ref WireReader reader) =>
        new(reader.Latin1(), reader.OptionalLatin1(), reader.OptionalLatin1(), reader.OptionalLatin1());
}
