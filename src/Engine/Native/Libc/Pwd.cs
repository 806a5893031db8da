using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// pwd.h
internal static partial class Libc
{
    public unsafe struct passwd
    {
        public byte* pw_name;
        public byte* pw_passwd;
        public uint pw_uid;
        public uint pw_gid;
        public byte* pw_gecos;
        public byte* pw_dir;
        public byte* pw_shell;
    }

    // Returns the error itself; 0 with a null result means that there is no such user.
    [LibraryImport("libc.so.6")]
    public static unsafe partial int getpwnam_r(byte* name, passwd* entry, byte* buffer, nuint length, passwd** result);
}
