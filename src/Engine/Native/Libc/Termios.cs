using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// termios.h
internal static partial class Libc
{
    public const uint ECHO = 0x8;
    public const uint ECHONL = 0x40;
    public const int TCSAFLUSH = 2;

    // What follows the flags stays room.
    [StructLayout(LayoutKind.Sequential, Size = 60)]
    public struct termios
    {
        public uint c_iflag;
        public uint c_oflag;
        public uint c_cflag;
        public uint c_lflag;
    }

    [LibraryImport("libc.so.6")]
    public static unsafe partial int tcgetattr(int fd, termios* settings);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int tcsetattr(int fd, int actions, termios* settings);
}
