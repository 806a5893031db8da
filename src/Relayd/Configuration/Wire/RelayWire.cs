using System;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Configuration.Wire;

/// <summary>Relays as bytes.</summary>
internal static class RelayWire
{
    public static void Write(WireWriter writer, Relay relay)
    {
        writer.Count(relay.Id);
        writer.Count(relay.Place);
        writer.Latin1(relay.Name);
        writer.EndPoint(relay.Listen);
        writer.List(relay.Certificates.AsSpan(), Write);
        TableWire.Write(writer, relay.ClientAuthorities);
        writer.Small(relay.ProxyProtocol ? 1 : 0);
        writer.Count(relay.ProtocolId);
        writer.Small(relay.IsDisabled ? 1 : 0);
        writer.Number(relay.SessionTimeout.Ticks);
        writer.Small(relay.ClosesOnHostDown ? 1 : 0);
        Write(writer, relay.Forward);
    }

    public static Relay Read(ref WireReader reader) => new()
    {
        Id = reader.Number(),
        Place = reader.Number(),
        Name = reader.Latin1(),
        Listen = reader.EndPoint(),
        Certificates = [.. reader.List(ReadCertificate)],
        ClientAuthorities = TableWire.ReadAuthorities(ref reader),
        ProxyProtocol = reader.Flag(),
        ProtocolId = reader.Number(),
        IsDisabled = reader.Flag(),
        SessionTimeout = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
        ClosesOnHostDown = reader.Flag(),
        Forward = ReadForwarding(ref reader),
    };

    private static void Write(WireWriter writer, CertificateFiles files)
    {
        writer.Latin1(files.Certificate);
        writer.Latin1(files.Key);
        writer.Latin1(files.Ocsp);
        writer.Small(files.NeedsOcsp ? 1 : 0);
        writer.Count(files.Renewals);
        writer.Latin1(files.Chain);
        writer.Count(files.KeyId);
        writer.Latin1(files.Staple);
        writer.Number(files.End.UtcTicks);
    }

    private static CertificateFiles ReadCertificate(ref WireReader reader) => new(reader.Latin1(), reader.Latin1(), reader.Latin1())
    {
        NeedsOcsp = reader.Flag(),
        Renewals = reader.Number(),
        Chain = reader.Latin1(),
        KeyId = reader.Number(),
        Staple = reader.Latin1(),
        End = new DateTimeOffset(reader.Number(0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
    };

    private static void Write(WireWriter writer, Forwarding forward)
    {
        writer.Small((int)forward.Lookup);
        writer.List(forward.Tables.AsSpan(), TableWire.Write);
        writer.Small(forward.Address is null ? 0 : 1);
        if (forward.Address is not null)
        {
            writer.EndPoint(forward.Address);
        }

        writer.OptionalLatin1(forward.HostName);

        writer.Count(forward.Retry);
        writer.Small(forward.IsTransparent ? 1 : 0);
        writer.Small(forward.Tls ? 1 : 0);
        writer.Small((int)forward.Translation.Family);
        writer.Small(forward.Translation.Prefix is null ? 0 : 1);
        if (forward.Translation.Prefix is not null)
        {
            writer.Address(forward.Translation.Prefix);
        }

        writer.Small(forward.ProxyProtocol);
    }

    private static Forwarding ReadForwarding(ref WireReader reader) => new()
    {
        Lookup = (Lookup)reader.Small((int)Lookup.Nat),
        Tables = [.. reader.List(TableWire.ReadUse)],
        Address = reader.Flag() ? reader.EndPoint() : null,
        HostName = reader.OptionalLatin1(),
        Retry = reader.Number(),
        IsTransparent = reader.Flag(),
        Tls = reader.Flag(),
        Translation = new Translation((TargetFamily)reader.Small((int)TargetFamily.Inet6), reader.Flag() ? reader.Address() : null),
        ProxyProtocol = reader.Small(2),
    };
}
