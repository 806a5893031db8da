using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>Rights of root that a sandboxed process may keep; capabilities(7).</summary>
[Flags]
public enum Capabilities
{
    /// <summary>None, as all roles but the packet filter's.</summary>
    None = 0,

    /// <summary>Interfaces, routes and packet filter.</summary>
    NetAdmin = 1 << Libc.CAP_NET_ADMIN,

    /// <summary>Raw sockets.</summary>
    NetRaw = 1 << Libc.CAP_NET_RAW,
}
