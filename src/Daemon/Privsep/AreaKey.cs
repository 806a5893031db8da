namespace Sluice.Daemon.Privsep;

/// <summary>Whose area it is: its name, and which process of the role that writes it.</summary>
internal readonly record struct AreaKey(string Name, int Instance);
