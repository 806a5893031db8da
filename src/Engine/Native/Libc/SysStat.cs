using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/stat.h
internal static partial class Libc
{
    public const uint STATX_BASIC_STATS = 0x7ff;
    public const ushort S_IFMT = 0xf000;
    public const ushort S_IFREG = 0x8000;
    public const ushort S_IFDIR = 0x4000;

    public struct statx_timestamp
    {
        public long tv_sec;
        public uint tv_nsec;
        public int reserved;
    }

    // 256 bytes; what follows the times we need stays room.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct statx_t
    {
        public uint stx_mask;
        public uint stx_blksize;
        public ulong stx_attributes;
        public uint stx_nlink;
        public uint stx_uid;
        public uint stx_gid;
        public ushort stx_mode;
        public ushort reserved;
        public ulong stx_ino;
        public ulong stx_size;
        public ulong stx_blocks;
        public ulong stx_attributes_mask;
        public statx_timestamp stx_atime;
        public statx_timestamp stx_btime;
        public statx_timestamp stx_ctime;
        public statx_timestamp stx_mtime;
        public uint stx_rdev_major;
        public uint stx_rdev_minor;
        public uint stx_dev_major;
        public uint stx_dev_minor;
    }

    [LibraryImport("libc.so.6")]
    public static unsafe partial int chmod(byte* path, uint mode);

    [LibraryImport("libc.so.6")]
    public static partial int fchmod(int fd, uint mode);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int statx(int directory, byte* path, int flags, uint mask, statx_t* result);
}
