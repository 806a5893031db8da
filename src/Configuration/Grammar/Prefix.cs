using System.Net;

namespace Sluice.Configuration.Grammar;

/// <summary>A network: an address and how many of its leading bits count.</summary>
/// <param name="Address">An address of the network.</param>
/// <param name="Length">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
public sealed record Prefix(IPAddress Address, int Length);
