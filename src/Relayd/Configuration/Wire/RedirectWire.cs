using System;

using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Configuration.Wire;

/// <summary>Redirections as bytes.</summary>
internal static class RedirectWire
{
    public static void Write(WireWriter writer, Redirect redirect)
    {
        writer.Count(redirect.Id);
        writer.Count(redirect.Place);
        writer.Latin1(redirect.Name);
        writer.List(redirect.Listens.AsSpan(), Write);
        TableWire.Write(writer, redirect.Table);
        TableWire.WriteOptional(writer, redirect.Backup);
        writer.OptionalLatin1(redirect.RouteInterface);
        writer.Small(redirect.IsSticky ? 1 : 0);
        writer.List(redirect.Hairpin.AsSpan(), ConfigurationWire.Write);
        writer.Small(redirect.IsDisabled ? 1 : 0);
        writer.OptionalLatin1(redirect.PacketTag);
        writer.Number(redirect.Mark?.Value ?? 0);
        writer.Number(redirect.Mark?.Mask ?? 0);
        writer.Small(redirect.AsksOthers ? 1 : 0);
        writer.Number(redirect.SessionTimeout.Ticks);
    }

    public static Redirect Read(ref WireReader reader) => new()
    {
        Id = reader.Number(),
        Place = reader.Number(),
        Name = reader.Latin1(),
        Listens = [.. reader.List(ReadAddress)],
        Table = TableWire.ReadUse(ref reader),
        Backup = TableWire.ReadOptionalUse(ref reader),
        RouteInterface = reader.OptionalLatin1(),
        IsSticky = reader.Flag(),
        Hairpin = [.. reader.List(ConfigurationWire.ReadPrefix)],
        IsDisabled = reader.Flag(),
        PacketTag = reader.OptionalLatin1(),
        Mark = ReadMark(ref reader),
        AsksOthers = reader.Flag(),
        SessionTimeout = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
    };

    private static PacketMark? ReadMark(ref WireReader reader)
    {
        PacketMark mark = new((uint)reader.Number(0, uint.MaxValue), (uint)reader.Number(0, uint.MaxValue));
        return mark.Mask == 0 ? null : mark;
    }

    private static void Write(WireWriter writer, VirtualAddress address)
    {
        writer.Address(address.Address);
        writer.Small(address.Protocol);
        writer.Number(address.Ports.First);
        writer.Number(address.Ports.Last);
        writer.OptionalLatin1(address.Interface);
        writer.Small(address.IsLogged ? 1 : 0);
    }

    private static VirtualAddress ReadAddress(ref WireReader reader) => new(
        reader.Address(),
        reader.Small(byte.MaxValue),
        new PortRange((int)reader.Number(0, ushort.MaxValue), (int)reader.Number(0, ushort.MaxValue)),
        reader.OptionalLatin1(),
        reader.Flag());
}
