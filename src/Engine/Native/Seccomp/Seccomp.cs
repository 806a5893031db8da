using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// seccomp.h
internal static partial class Seccomp
{
    public const uint SCMP_ACT_KILL_PROCESS = 0x80000000;
    public const uint SCMP_ACT_ALLOW = 0x7fff0000;
    public const int SCMP_FLTATR_ACT_BADARCH = 2;
    public const int SCMP_FLTATR_CTL_NNP = 3;
    public const int SCMP_FLTATR_CTL_TSYNC = 4;
    public const int SCMP_FLTATR_CTL_OPTIMIZE = 8;
    public const int SCMP_CMP_MASKED_EQ = 7;
    public const int __NR_SCMP_ERROR = -1;

    public struct scmp_arg_cmp
    {
        public uint arg;
        public int op;
        public ulong datum_a;
        public ulong datum_b;
    }

    // SCMP_ACT_ERRNO(x) of the header
    public static uint SCMP_ACT_ERRNO(int error) => 0x00050000 | ((uint)error & 0xffff);

    [LibraryImport("libseccomp.so.2")]
    public static partial nint seccomp_init(uint defaultAction);

    [LibraryImport("libseccomp.so.2")]
    public static partial void seccomp_release(nint context);

    [LibraryImport("libseccomp.so.2")]
    public static partial int seccomp_attr_set(SeccompContext context, int attribute, uint value);

    [LibraryImport("libseccomp.so.2")]
    public static unsafe partial int seccomp_syscall_resolve_name(byte* name);

    [LibraryImport("libseccomp.so.2")]
    public static unsafe partial int seccomp_rule_add_array(
        SeccompContext context,
        uint action,
        int syscall,
        uint count,
        scmp_arg_cmp* arguments);

    [LibraryImport("libseccomp.so.2")]
    public static partial int seccomp_load(SeccompContext context);
}
