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

    /// <summary>Turns standard input, output and error into /dev/null.</summary>
    /// <exception cref="System.IO.IOException">/dev/null cannot be opened.</exception>
    public static unsafe void DetachStandardStreams()
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            int fd = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
            if (fd < 0)
            {
                throw SystemCall.Failure("/dev/null");
            }

            _ = Libc.dup2(fd, 0);
            _ = Libc.dup2(fd, 1);
            _ = Libc.dup2(fd, 2);
            // Above 2, for the runtime has all three open.
            _ = Libc.close(fd);
        }
    }
}
