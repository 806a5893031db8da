using System.Collections.Generic;

using Sluice.Engine.Io;

namespace Sluice.Engine.Routing;

/// <summary>What makes a route the one it is: the kernel has one of each.</summary>
/// <param name="Table">The number of its table.</param>
/// <param name="Destination">Where it leads.</param>
/// <param name="Metric">The lower of several wins.</param>
public readonly record struct RouteKey(int Table, RoutePrefix Destination, int Metric);

/// <summary>A route as the kernel tells of it.</summary>
/// <param name="Key">Which one it is.</param>
/// <param name="Protocol">Who made it: rt_protos of iproute2.</param>
/// <param name="Group">The number of its nexthop object; 0 for none.</param>
public readonly record struct PresentRoute(RouteKey Key, int Protocol, uint Group);

/// <summary>A member of a group of nexthops.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Weight">Its shares, 1 to 255.</param>
public readonly record struct NexthopMember(uint Id, int Weight);

/// <summary>A nexthop object of the kernel: a neighbour to which packets go, or a group of such.</summary>
/// <param name="Id">Its number; all that make nexthops share the numbers.</param>
/// <param name="Protocol">Who made it.</param>
/// <param name="Gateway">The neighbour, without zone and port; none for a group.</param>
/// <param name="Device">The index of the device that leads there; 0 for a group.</param>
/// <param name="Members">Of a group; empty for a neighbour.</param>
public sealed record Nexthop(uint Id, int Protocol, SocketAddress Gateway, int Device, IReadOnlyList<NexthopMember> Members);

/// <summary>A change of the kernel's routes.</summary>
public abstract record RouteChange;

/// <summary>A neighbour gets a number.</summary>
/// <param name="Id">One that nobody has.</param>
/// <param name="Gateway">A neighbour, without zone and port.</param>
/// <param name="Device">The index of the device that leads there.</param>
public sealed record AddGateway(uint Id, SocketAddress Gateway, int Device) : RouteChange;

/// <summary>Neighbours become a group: flows are spread over them by weight, and stay where they are when others come and go.</summary>
/// <param name="Id">One that nobody has.</param>
/// <param name="Members">At least one, each once.</param>
public sealed record AddGroup(uint Id, IReadOnlyList<NexthopMember> Members) : RouteChange;

/// <summary>A group has other members; flows to those that are still there stay.</summary>
/// <param name="Id">That of the group.</param>
/// <param name="Members">At least one, each once.</param>
public sealed record ChangeGroup(uint Id, IReadOnlyList<NexthopMember> Members) : RouteChange;

/// <summary>A neighbour or a group is no more, and neither are the routes of a group.</summary>
/// <param name="Id">Its number.</param>
public sealed record RemoveNexthop(uint Id) : RouteChange;

/// <summary>There is a route more, where none has this key.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Group">By which group.</param>
public sealed record AddRoute(RouteKey Key, uint Group) : RouteChange;

/// <summary>A route leads by another group.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Group">By which group.</param>
public sealed record MoveRoute(RouteKey Key, uint Group) : RouteChange;

/// <summary>A route is no more.</summary>
/// <param name="Key">Which one.</param>
public sealed record RemoveRoute(RouteKey Key) : RouteChange;
