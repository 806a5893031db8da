using System;

namespace Sluice.Daemon.Privsep;

/// <summary>What a process has beyond what all of its role have, from before it enters its sandbox: after that it can load nothing and is allowed nothing more.</summary>
[Flags]
public enum Preparation
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>OpenSSL, which is more than a MiB of each process that has it.</summary>
    Tls = 1,

    /// <summary>It may connect to sockets in the file system below its root.</summary>
    LocalConnections = 2,

    /// <summary>It may connect to other machines.</summary>
    RemoteConnections = 4,

    /// <summary>All there is.</summary>
    All = Tls | LocalConnections | RemoteConnections,
}
