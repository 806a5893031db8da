namespace Sluice.Engine.Processes;

/// <summary>All that a process may still do once it has called <see cref="Sandbox.Enter"/>.</summary>
/// <param name="Name">The role, for messages.</param>
/// <param name="Root">The directory that becomes its root; an absolute path.</param>
/// <param name="UserId">Its uid; not root's.</param>
/// <param name="GroupId">Its gid; it has no supplementary group.</param>
/// <param name="Syscalls">The system calls it may make.</param>
public sealed record SandboxProfile(string Name, string Root, uint UserId, uint GroupId, SyscallSet Syscalls)
{
    /// <summary>
    /// What it keeps of root's rights: on the thread that enters and on those which that thread starts later, not on the
    /// runtime's own.
    /// </summary>
    public Capabilities Kept { get; init; }
}
