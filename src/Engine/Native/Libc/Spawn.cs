using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// spawn.h
internal static partial class Libc
{
    public const short POSIX_SPAWN_SETPGROUP = 0x02;
    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;
    public const short POSIX_SPAWN_SETSID = 0x80;

    // Both are opaque; only their size counts.
    [StructLayout(LayoutKind.Sequential, Size = 80)]
    public struct posix_spawn_file_actions_t
    {
        public nint opaque;
    }

    [StructLayout(LayoutKind.Sequential, Size = 336)]
    public struct posix_spawnattr_t
    {
        public nint opaque;
    }

    // Those of spawn.h return the error itself, not -1.
    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawn(
        int* pid,
        byte* path,
        posix_spawn_file_actions_t* actions,
        posix_spawnattr_t* attributes,
        byte** argv,
        byte** envp);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawn_file_actions_init(posix_spawn_file_actions_t* actions);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t* actions);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawn_file_actions_addopen(
        posix_spawn_file_actions_t* actions,
        int fd,
        byte* path,
        int flags,
        uint mode);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t* actions, int fd, int target);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t* actions, int first);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawnattr_init(posix_spawnattr_t* attributes);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawnattr_destroy(posix_spawnattr_t* attributes);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawnattr_setflags(posix_spawnattr_t* attributes, short flags);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawnattr_setpgroup(posix_spawnattr_t* attributes, int group);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawnattr_setsigdefault(posix_spawnattr_t* attributes, sigset_t* signals);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int posix_spawnattr_setsigmask(posix_spawnattr_t* attributes, sigset_t* signals);
}
