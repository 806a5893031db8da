namespace Sluice.Engine.Native;

// sched.h
internal static partial class Libc
{
    public const int CLONE_THREAD = 0x10000;
}
