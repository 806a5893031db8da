namespace Sluice.Engine.Native;

// linux/openat2.h
internal static partial class Libc
{
    public const ulong RESOLVE_NO_MAGICLINKS = 0x2;
    public const ulong RESOLVE_IN_ROOT = 0x10;

    public struct open_how
    {
        public ulong flags;
        public ulong mode;
        public ulong resolve;
    }
}
