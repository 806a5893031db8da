using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Configuration.Wire;

/// <summary>Routers as bytes.</summary>
internal static class RouterWire
{
    public static void Write(WireWriter writer, Router router)
    {
        writer.Count(router.Id);
        writer.Latin1(router.Name);
        writer.List(router.Routes.AsSpan(), Write);
        TableWire.WriteOptional(writer, router.Gateways);
        writer.Count(router.RoutingTable);
        writer.OptionalLatin1(router.Label);
        writer.Small(router.IsDisabled ? 1 : 0);
    }

    public static Router Read(ref WireReader reader) => new()
    {
        Id = reader.Number(),
        Name = reader.Latin1(),
        Routes = [.. reader.List(ReadRoute)],
        Gateways = TableWire.ReadOptionalUse(ref reader),
        RoutingTable = reader.Number(),
        Label = reader.OptionalLatin1(),
        IsDisabled = reader.Flag(),
    };

    private static void Write(WireWriter writer, NetworkRoute route)
    {
        writer.Count(route.Id);
        ConfigurationWire.Write(writer, route.Destination);
    }

    private static NetworkRoute ReadRoute(ref WireReader reader) => new(reader.Number(), ConfigurationWire.ReadPrefix(ref reader));
}
