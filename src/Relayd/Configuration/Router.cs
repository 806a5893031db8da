using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration;

/// <summary>A <c>router</c>: routes over the gateways of a table that are up (R-ROUTER-01 to -09).</summary>
internal sealed record Router
{
    /// <summary>From 1.</summary>
    public required int Id { get; init; }

    /// <summary>At most 255 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>At least one, all of one family.</summary>
    public required Sequence<NetworkRoute> Routes { get; init; }

    /// <summary>The gateways; null where none are named, and nothing is done.</summary>
    public TableUse? Gateways { get; init; }

    /// <summary>Number of the routing table; 0 for the main one.</summary>
    public int RoutingTable { get; init; }

    /// <summary>At most 31 bytes; null for none.</summary>
    public string? Label { get; init; }

    public bool IsDisabled { get; init; }
}

/// <summary>A route of a router.</summary>
/// <param name="Id">From 1, over all routers.</param>
/// <param name="Destination">Where it leads.</param>
internal sealed record NetworkRoute(int Id, Prefix Destination);
