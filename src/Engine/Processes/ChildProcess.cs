using System;
using System.Collections.Generic;
using System.Diagnostics;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>A child of this process, until its end has been waited for.</summary>
/// <remarks>
/// Its pid is its own until then, so a signal cannot hit a stranger. That a child ended is seen by its
/// <see cref="Channel"/>, which closes; waiting then tells the reason.
/// </remarks>
public sealed class ChildProcess
{
    /// <summary>The number under which a child finds the first of its <see cref="SpawnOptions.Descriptors"/>.</summary>
    public const int FirstDescriptor = 3;

    private ChildExit? _exit;

    private ChildProcess(int processId)
    {
        ProcessId = processId;
    }

    /// <summary>Its process id.</summary>
    public int ProcessId { get; }

    /// <summary>
    /// Starts a process with all signals at their default and none blocked, and no descriptor but the standard streams
    /// and those named.
    /// </summary>
    /// <remarks>
    /// posix_spawn(3). A fork without exec cannot be had in a process with a runtime: its other threads are missing in
    /// the child.
    /// </remarks>
    /// <param name="options">What is started, and what it gets.</param>
    /// <param name="error">Why it failed: no memory, too many processes, the file is not there.</param>
    /// <returns>Null on failure.</returns>
    public static ChildProcess? Spawn(SpawnOptions options, out Errno error)
    {
        ArgumentNullException.ThrowIfNull(options);
        int[] copies = new int[options.Descriptors.Count];
        Array.Fill(copies, -1);
        try
        {
            error = CopyAbove(options.Descriptors, copies);
            if (error != Errno.None)
            {
                return null;
            }

            error = Spawn(options, copies, out int processId);
            return error == Errno.None ? new ChildProcess(processId) : null;
        }
        finally
        {
            foreach (int copy in copies)
            {
                _ = copy < 0 ? 0 : Libc.close(copy);
            }
        }
    }

    /// <summary>Waits until it has ended; at once when its channel is closed because it did.</summary>
    public ChildExit Wait() => _exit ?? Wait(0)!.Value;

    /// <summary>How it ended, or null while it runs.</summary>
    public ChildExit? TryWait() => _exit ?? Wait(Libc.WNOHANG);

    /// <summary>Ends it now, also when it hangs; SIGKILL. Its end is still to be waited for.</summary>
    public void Kill() => Signal(Libc.SIGKILL);

    /// <summary>Ends it and all that it started and that did not leave its group; SIGKILL. For one that was started in a group or session of its own and has not been
    /// waited for; also when it has ended by itself.</summary>
    public void KillGroup() => KillGroup(ProcessId);

    /// <summary>The same by the process id of the group's leader, which has not been waited for.</summary>
    public static void KillGroup(int leader)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leader, 1);
        _ = Libc.kill(-leader, Libc.SIGKILL);
    }

    /// <summary>Asks it to end; SIGTERM.</summary>
    public void Terminate() => Signal(Libc.SIGTERM);

    // Copies lie above all numbers that the child will use, so putting one in its place never covers another.
    private static Errno CopyAbove(IReadOnlyList<int> descriptors, int[] copies)
    {
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = Libc.fcntl(descriptors[i], Libc.F_DUPFD_CLOEXEC, FirstDescriptor + copies.Length);
            if (copies[i] < 0)
            {
                return SystemCall.LastError;
            }
        }

        return Errno.None;
    }

    private static unsafe Errno Spawn(SpawnOptions options, int[] descriptors, out int processId)
    {
        processId = 0;
        using NativeStrings argv = new(options.File is null
            ? ProgramFile.CommandLine(options.Title, options.Arguments)
            : [options.Title, .. options.Arguments]);
        using NativeStrings envp = new(options.Environment);
        Libc.posix_spawn_file_actions_t actions;
        Libc.posix_spawnattr_t attributes;
        int failed = Libc.posix_spawn_file_actions_init(&actions) | Libc.posix_spawnattr_init(&attributes);
        if (failed != 0)
        {
            return Errno.OutOfMemory;
        }

        // Adding fails for lack of memory only.
        failed = AddStreams(&actions, options.Streams);
        for (int i = 0; i < descriptors.Length; i++)
        {
            failed |= Libc.posix_spawn_file_actions_adddup2(&actions, descriptors[i], FirstDescriptor + i);
        }

        failed |= Libc.posix_spawn_file_actions_addclosefrom_np(&actions, FirstDescriptor + descriptors.Length);
        failed |= SetAttributes(&attributes, options.Group);
        Errno error = Errno.OutOfMemory;
        if (failed == 0)
        {
            fixed (byte* path = SystemCall.Terminated(options.File ?? ProgramFile.HostPath))
            {
                int pid;
                error = (Errno)Libc.posix_spawn(&pid, path, &actions, &attributes, (byte**)argv.Pointer, (byte**)envp.Pointer);
                processId = pid;
            }
        }

        _ = Libc.posix_spawn_file_actions_destroy(&actions);
        _ = Libc.posix_spawnattr_destroy(&attributes);
        return error;
    }

    private static unsafe int AddStreams(Libc.posix_spawn_file_actions_t* actions, StandardStreams streams)
    {
        if (streams == StandardStreams.Inherited)
        {
            return 0;
        }

        fixed (byte* path = "/dev/null\0"u8)
        {
            return Libc.posix_spawn_file_actions_addopen(actions, 0, path, Libc.O_RDWR, 0)
                | Libc.posix_spawn_file_actions_adddup2(actions, 0, 1)
                | Libc.posix_spawn_file_actions_adddup2(actions, 0, 2);
        }
    }

    private static unsafe int SetAttributes(Libc.posix_spawnattr_t* attributes, ProcessGroup group)
    {
        Libc.sigset_t all;
        Libc.sigset_t none;
        _ = Libc.sigfillset(&all);
        _ = Libc.sigemptyset(&none);
        int flags = Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK | group switch
        {
            ProcessGroup.Inherited => (short)0,
            ProcessGroup.New => Libc.POSIX_SPAWN_SETPGROUP,
            ProcessGroup.NewSession => Libc.POSIX_SPAWN_SETSID,
            _ => throw new ArgumentOutOfRangeException(nameof(group)),
        };
        return Libc.posix_spawnattr_setsigdefault(attributes, &all)
            | Libc.posix_spawnattr_setsigmask(attributes, &none)
            | Libc.posix_spawnattr_setpgroup(attributes, 0)
            | Libc.posix_spawnattr_setflags(attributes, (short)flags);
    }

    // Nothing happens when its end has been waited for already.
    private void Signal(int signal)
    {
        if (_exit is null)
        {
            // It exists at least as a zombie, and root may signal it: this cannot fail.
            int result = Libc.kill(ProcessId, signal);
            Debug.Assert(result == 0, "a child that was not waited for can be signalled");
        }
    }

    private unsafe ChildExit? Wait(int options)
    {
        int status;
        int result;
        do
        {
            result = Libc.waitpid(ProcessId, &status, options);
        }
        while (result < 0 && SystemCall.LastError == Errno.Interrupted);

        if (result > 0)
        {
            _exit = ChildExit.Decode(status);
        }

        return result >= 0 ? _exit : throw SystemCall.Failure("waitpid");
    }
}
