using System.Collections.Generic;

namespace Sluice.Unit.Tidy;

/// <summary>
/// Where an exception may be caught (STYLE.md, "Errors"; decisions D-11 and D-14): a peer's mistake is a value and
/// never an exception, so a catch says that something of ours is wrong, or that a call of .NET has no other way to refuse.
/// </summary>
internal static class CatchPlaces
{
    /// <summary>`path Type.Member`, and why.</summary>
    public static IReadOnlyDictionary<string, string> Allowed { get; } = new Dictionary<string, string>(System.StringComparer.Ordinal)
    {
        ["src/Daemon/Names/HostNames.cs HostNames.Ask"] = "a name that is not known is an answer; .NET has no other way to say so",
        ["src/Daemon/Privsep/Children/ChildProcessMain.cs ChildProcessMain.Run"] = "Main of a child: what must not go on ends the process, and the parent is told why",
        ["src/Daemon/Program/Launcher.cs Launcher.Run"] = "Main: what must not go on ends the process",
        ["src/Engine/Loop/SpawnedSession.cs SpawnedSession.End"] = "D-14: what escapes a session is reported and counted, and ends that session alone",
        ["src/Engine/Loop/SpawnedSession.cs SpawnedSession.Start"] = "D-14, for what a session throws before its first wait",
        ["src/Engine/Tls/Signing/RemoteSignatureCalls.cs RemoteSignatureCalls.Sign"] = "D-11: no exception may pass through OpenSSL, which called",
        ["src/Engine/Tls/TlsBio.cs TlsBio.Read"] = "D-11, and it is thrown again behind OpenSSL",
        ["src/Engine/Tls/TlsBio.cs TlsBio.Write"] = "D-11, and it is thrown again behind OpenSSL",
        ["src/Relayd/Failover/DemotionFiles.cs DemotionFiles.Write"] = "a file that cannot be written is the operator's to mend; .NET has no other way to say so",
        ["src/Relayd/Routers/LeftRoutes.cs LeftRoutes.AreThere"] = "a kernel that has no such socket has no routes of ours; what cannot be opened is said so",
        ["src/Configuration/HostFacts.cs HostFacts.Identity"] = "a link that cannot be resolved; .NET has no other way to say so",
        ["src/Configuration/HostFacts.cs HostFacts.Read"] = "a file that cannot be read is an answer; .NET has no other way to say so",
        ["src/Configuration/HostFacts.cs HostFacts.Writers"] = "a mode that cannot be read; .NET has no other way to say so",
    };
}
