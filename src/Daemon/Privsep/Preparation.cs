using System;

namespace Sluice.Daemon.Privsep;

/// <summary>What a process loads before it enters its sandbox beyond what all do: after that it can load nothing.</summary>
[Flags]
public enum Preparation
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>OpenSSL, which is more than a MiB of each process that has it.</summary>
    Tls = 1,
}
