using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// poll.h
internal static partial class Libc
{
    public const int POLLIN = 0x1;

    public struct pollfd
    {
        public int fd;
        public short events;
        public short revents;
    }

    [LibraryImport("libc.so.6")]
    public static unsafe partial int poll(pollfd* descriptors, nuint count, int milliseconds);
}
