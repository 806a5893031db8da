using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// linux/capability.h; glibc exports capset without declaring it
internal static partial class Libc
{
    public const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;
    public const int CAP_NET_BIND_SERVICE = 10;
    public const int CAP_NET_ADMIN = 12;
    public const int CAP_NET_RAW = 13;

    public struct __user_cap_header_struct
    {
        public uint version;
        public int pid;
    }

    public struct __user_cap_data_struct
    {
        public uint effective;
        public uint permitted;
        public uint inheritable;
    }

    [LibraryImport("libc.so.6")]
    public static unsafe partial int capset(__user_cap_header_struct* header, __user_cap_data_struct* data);
}
