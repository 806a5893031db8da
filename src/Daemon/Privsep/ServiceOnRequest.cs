namespace Sluice.Daemon.Privsep;

/// <summary>A service of this host that a role may have the parent connect to, again and again: for one that sees no file system itself.</summary>
/// <param name="Role">Whose.</param>
/// <param name="Path">The unix socket of the service, absolute; one character for each byte.</param>
public sealed record ServiceOnRequest(string Role, string Path);
