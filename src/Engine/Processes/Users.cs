using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>An account of passwd(5).</summary>
/// <param name="Name">Its name.</param>
/// <param name="UserId">Its uid.</param>
/// <param name="GroupId">Its own gid.</param>
/// <param name="Home">Its home directory.</param>
public sealed record User(string Name, uint UserId, uint GroupId, string Home);

/// <summary>The accounts of this system.</summary>
public static class Users
{
    // The entry's strings; the longest that any directory service is known to send is far below.
    private const int LongestEntry = 1 << 20;

    /// <summary>Looks an account up; getpwnam_r(3), so directory services are asked too. Not possible in a sandbox.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="System.IO.IOException">The accounts could not be read.</exception>
    public static unsafe User? Find(string name)
    {
        fixed (byte* wanted = SystemCall.Terminated(name))
        {
            for (int length = 1024; ; length *= 2)
            {
                byte[] strings = new byte[length];
                fixed (byte* buffer = strings)
                {
                    Libc.passwd entry;
                    Libc.passwd* found;
                    Errno error = (Errno)Libc.getpwnam_r(wanted, &entry, buffer, (nuint)length, &found);
                    if (error == Errno.None)
                    {
                        return found == null ? null : new User(name, entry.pw_uid, entry.pw_gid, Text(entry.pw_dir));
                    }

                    if (error is not (Errno.OutOfRange or Errno.Interrupted) || length > LongestEntry)
                    {
                        throw SystemCall.Failure("getpwnam_r", error);
                    }
                }
            }
        }
    }

    private static unsafe string Text(byte* start) => Marshal.PtrToStringUTF8((nint)start) ?? string.Empty;
}
