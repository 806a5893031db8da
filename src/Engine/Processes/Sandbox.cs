using System;
using System.IO;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>The one way into the sandbox, for every role and for the program that tests them.</summary>
public static class Sandbox
{
    /// <summary>
    /// Gives up, for good and on all threads, what the profile does not name: the file system, root's rights, most
    /// system calls.
    /// </summary>
    /// <remarks>
    /// Call it on the main thread as root, after <see cref="Preload"/>: no assembly, library or time zone can be loaded
    /// afterwards. The order is forced: chroot needs root, the groups go before the user who could change them, the
    /// capability is set once the user is, and the filter forbids all of this.
    /// </remarks>
    /// <exception cref="IOException">A step failed and is named; the process must end.</exception>
    public static void Enter(SandboxProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentOutOfRangeException.ThrowIfZero(profile.UserId, nameof(profile));
        using SyscallFilter filter = new(profile.Syscalls);
        ChangeRoot(profile.Root);
        ChangeUser(profile);
        Require(Libc.prctl(Libc.PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl(PR_SET_DUMPABLE)");
        Require(Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)");
        filter.Load();
    }

    private static unsafe void ChangeRoot(string root)
    {
        fixed (byte* path = SystemCall.Terminated(root))
        fixed (byte* top = "/\0"u8)
        {
            Require(Libc.chroot(path), $"chroot({root})");
            Require(Libc.chdir(top), "chdir");
        }
    }

    // setgroups, setresgid and setresuid of glibc change all threads, capset this one alone.
    private static unsafe void ChangeUser(SandboxProfile profile)
    {
        if (profile.Kept != Capabilities.None)
        {
            Require(Libc.prctl(Libc.PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl(PR_SET_KEEPCAPS)");
        }

        Require(Libc.setgroups(count: 0, groups: null), "setgroups");
        Require(Libc.setresgid(profile.GroupId, profile.GroupId, profile.GroupId), "setresgid");
        Require(Libc.setresuid(profile.UserId, profile.UserId, profile.UserId), "setresuid");
        if (profile.Kept != Capabilities.None)
        {
            Libc.__user_cap_header_struct header = new() { version = Libc._LINUX_CAPABILITY_VERSION_3 };
            // Two words of 32 capabilities each; ours are all in the first.
            Libc.__user_cap_data_struct* sets = stackalloc Libc.__user_cap_data_struct[2];
            sets[0] = new() { effective = (uint)profile.Kept, permitted = (uint)profile.Kept };
            sets[1] = default;
            Require(Libc.capset(&header, sets), "capset");
        }
    }

    private static void Require(int result, string step)
    {
        if (result != 0)
        {
            throw SystemCall.Failure(step);
        }
    }
}
