using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.Daemon.Privsep;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Program;

/// <summary>What the host must have before a daemon can start.</summary>
internal static class HostChecks
{
    /// <summary>The root directory of processes that need no file at all.</summary>
    public const string EmptyDirectory = "/var/empty";

    // S_IWGRP and S_IWOTH, inode(7).
    private const int WritableByOthers = 0x12;

    /// <summary>Looks up the accounts of the roles and checks their root directories.</summary>
    /// <param name="roles">Those that will be started.</param>
    /// <param name="root">The configured root directory.</param>
    /// <param name="users">The accounts by their names.</param>
    /// <returns>What is missing and what to do, or null.</returns>
    public static string? Check(IReadOnlyList<Role> roles, string root, out IReadOnlyDictionary<string, User> users)
    {
        Dictionary<string, User> found = new(StringComparer.Ordinal);
        users = found;
        foreach (Role role in roles.DistinctBy(role => role.User, StringComparer.Ordinal))
        {
            if (Users.Find(role.User) is not { } user)
            {
                return $"unknown user {role.User}: create it with 'systemd-sysusers', or with " +
                    $"'useradd --system --user-group --no-create-home --home-dir {EmptyDirectory} --shell /usr/sbin/nologin {role.User}'";
            }

            if (user.UserId == 0 || user.GroupId == 0)
            {
                return $"user {role.User} has root's rights: it needs a uid and gid of its own";
            }

            found.Add(role.User, user);
        }

        return (roles.Any(role => role.Root == RootKind.Empty) ? CheckEmptyDirectory() : null)
            ?? (roles.Any(role => role.Root == RootKind.Configured) ? CheckRoot(root) : null);
    }

    private static string? CheckEmptyDirectory()
    {
        if (!Path.Exists(EmptyDirectory))
        {
            _ = Directory.CreateDirectory(EmptyDirectory);
        }

        if (CheckRoot(EmptyDirectory) is { } failure)
        {
            return failure;
        }

        if (Directory.EnumerateFileSystemEntries(EmptyDirectory).Any())
        {
            return $"{EmptyDirectory} is not empty: processes that need no file have it as their root";
        }

        _ = Files.Stat(Encoding.UTF8.GetBytes(EmptyDirectory), out FileStatus status);
        return status.UserId == 0 && (status.Mode & WritableByOthers) == 0
            ? null
            : $"{EmptyDirectory} can be written by others than root: 'chown root:root {EmptyDirectory}; chmod 755 {EmptyDirectory}'";
    }

    private static string? CheckRoot(string root)
    {
        Errno error = Files.Stat(Encoding.UTF8.GetBytes(root), out FileStatus status);
        return error != Errno.None ? $"chroot {root}: {error.Describe()}"
            : status.Kind != FileKind.Directory ? $"chroot {root} is not a directory"
            : null;
    }
}
