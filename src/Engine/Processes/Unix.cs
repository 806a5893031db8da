using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>What this process is to the system.</summary>
public static class Unix
{
    /// <summary>Whether it has root's rights now.</summary>
    public static bool IsRoot => Libc.geteuid() == 0;

    /// <summary>Leaves the terminal's session for one of its own; setsid(2).</summary>
    /// <returns>NotPermitted when it leads a process group already, as the shell's jobs do: spawn a child then.</returns>
    public static Errno StartSession() => Libc.setsid() < 0 ? SystemCall.LastError : Errno.None;

    /// <summary>
    /// Signals that this process was started to ignore, as by nohup(1), do again what they do by themselves: the runtime
    /// takes no handler for one that is ignored. To be called before this process executes itself.
    /// </summary>
    public static void HeedSignals()
    {
        const nint ByDefault = 0;
        foreach (int signal in (ReadOnlySpan<int>)[Libc.SIGHUP, Libc.SIGINT, Libc.SIGTERM, Libc.SIGUSR1])
        {
            _ = Libc.signal(signal, ByDefault);
        }
    }

    /// <summary>
    /// Makes /dev/null of those standard streams that the program which is executed next would not have: whatever it opened first would take
    /// their numbers, and get what is said on them.
    /// </summary>
    /// <remarks>Nothing may run here any more but execve(2), for the runtime of this process may have taken the numbers already.</remarks>
    /// <exception cref="System.IO.IOException">/dev/null cannot be opened.</exception>
    internal static unsafe void FillStandardStreams()
    {
        const int Streams = 3;
        fixed (byte* path = "/dev/null\0"u8)
        {
            for (int stream = 0; stream < Streams; stream++)
            {
                int flags = Libc.fcntl(stream, Libc.F_GETFD, 0);
                if (flags >= 0 && (flags & Libc.FD_CLOEXEC) == 0)
                {
                    continue;
                }

                int fd = Libc.open(path, Libc.O_RDWR, 0);
                if (fd < 0)
                {
                    throw SystemCall.Failure("/dev/null");
                }

                _ = fd == stream ? 0 : Libc.dup2(fd, stream) | Libc.close(fd);
            }
        }
    }
}
