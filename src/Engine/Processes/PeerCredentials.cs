namespace Sluice.Engine.Processes;

/// <summary>Who connected, as the kernel noted it at that moment; unix(7), SO_PEERCRED.</summary>
/// <param name="ProcessId">The process; it may have ended since.</param>
/// <param name="UserId">Its effective uid.</param>
/// <param name="GroupId">Its effective gid.</param>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId);
