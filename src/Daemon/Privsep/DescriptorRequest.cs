using Sluice.Engine.Io;

namespace Sluice.Daemon.Privsep;

/// <summary>Opens something for a role.</summary>
/// <param name="failure">What went wrong and what to do, for the operator.</param>
/// <returns>Null where it cannot be opened.</returns>
public delegate IKeptDescriptor? OpenDescriptor(out string failure);

/// <summary>A descriptor that a role is given because it may not open it itself: a raw socket, or one that has a name in the file system.</summary>
/// <param name="Role">Whose.</param>
/// <param name="Name">Under which name its processes find it; what is open under a name stays open over reloads.</param>
/// <param name="Open">Opens it, with root's rights.</param>
public sealed record DescriptorRequest(string Role, string Name, OpenDescriptor Open);
