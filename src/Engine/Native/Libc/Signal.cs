using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// signal.h
internal static partial class Libc
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGABRT = 6;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int SIGSYS = 31;

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct sigset_t
    {
        public nint opaque;
    }

    [LibraryImport("libc.so.6")]
    public static partial int kill(int pid, int signal);

    /// <summary>0 is SIG_DFL, 1 is SIG_IGN; other handlers are the runtime's.</summary>
    [LibraryImport("libc.so.6")]
    public static partial nint signal(int signal, nint handler);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int sigemptyset(sigset_t* set);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int sigfillset(sigset_t* set);
}
