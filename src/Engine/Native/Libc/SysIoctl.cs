namespace Sluice.Engine.Native;

// sys/ioctl.h
internal static partial class Libc
{
    public const int FIONREAD = 0x541b;
    public const int FIONBIO = 0x5421;
}
