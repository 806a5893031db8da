using System.Runtime.InteropServices;

namespace Sluice.Daemon.Program;

/// <summary>Signals of Linux that the runtime has no name for; it takes their numbers.</summary>
internal static class HostSignals
{
    /// <summary>SIGUSR1.</summary>
    public const PosixSignal User1 = (PosixSignal)10;

    /// <summary>SIGUSR2.</summary>
    public const PosixSignal User2 = (PosixSignal)12;
}
