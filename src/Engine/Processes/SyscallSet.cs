using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>System calls that a sandboxed process may make; a role is composed of these.</summary>
/// <remarks>
/// All but <see cref="Programs"/> begin with <see cref="Runtime"/> and add what the role needs. What no set allows fails with EPERM, so that a newer
/// runtime or library which tries something new degrades and does not die; what only an attacker would call kills.
/// </remarks>
public sealed class SyscallSet
{
    private const ulong WholeInt = 0xffffffff;

    // The bits of socket(2)'s type that are no flags: the kernel's SOCK_TYPE_MASK.
    private const ulong SocketType = 0xf;

    // O_ACCMODE, O_CREAT, O_TRUNC and the bit of O_TMPFILE that O_DIRECTORY does not have.
    private const ulong WritingOpenFlags = Libc.O_ACCMODE | Libc.O_CREAT | Libc.O_TRUNC | Libc.__O_TMPFILE_BIT;

    private readonly SyscallRule[] _rules;

    private SyscallSet(IEnumerable<SyscallRule> rules, SyscallAction otherwise = SyscallAction.Refuse)
    {
        _rules = [.. rules];
        Otherwise = otherwise;
    }

    /// <summary>
    /// What the runtime, our loop and channels and everything on an open descriptor need: no path, no new socket, no
    /// other process.
    /// </summary>
    public static SyscallSet Runtime { get; } = new(
    [
        .. Allowed(
            "read", "write", "readv", "writev", "pread64", "pwrite64", "close", "lseek", "fcntl", "fstat", "dup", "pipe2",
            "recvmsg", "sendmsg", "recvfrom", "sendto", "recvmmsg", "sendmmsg", "getsockopt", "setsockopt", "getsockname",
            "getpeername", "shutdown", "accept", "accept4", "poll", "ppoll", "epoll_create1", "epoll_ctl", "epoll_wait",
            "epoll_pwait", "eventfd2", "splice", "futex", "mmap", "munmap", "mprotect", "madvise", "mremap", "brk",
            "membarrier", "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_setscheduler",
            "sched_get_priority_min", "sched_get_priority_max", "getcpu", "get_mempolicy", "rseq", "set_robust_list",
            "rt_sigprocmask", "rt_sigaction", "rt_sigreturn", "sigaltstack", "restart_syscall", "clock_gettime",
            "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "getpid", "gettid", "getuid", "geteuid",
            "sysinfo", "getrusage", "getrandom", "prlimit64", "exit", "exit_group"),

        // Threads, and nothing else; clone3 hides its flags in memory, where a filter cannot look.
        new("clone", SyscallAction.Allow, new ArgumentTest(0, Libc.CLONE_THREAD, Libc.CLONE_THREAD)),
        new("clone", SyscallAction.Kill, new ArgumentTest(0, Libc.CLONE_THREAD, 0)),
        new("clone3", SyscallAction.NotImplemented),

        // fstat(2) of newer C libraries.
        new("newfstatat", SyscallAction.Allow, new ArgumentTest(3, WholeInt, Libc.AT_EMPTY_PATH)),
        new("prctl", SyscallAction.Allow, new ArgumentTest(0, WholeInt, Libc.PR_SET_NAME)),
        new("prctl", SyscallAction.Allow, new ArgumentTest(0, WholeInt, Libc.PR_SET_VMA)),
        new("ioctl", SyscallAction.Allow, new ArgumentTest(1, WholeInt, Libc.FIONBIO)),
        new("ioctl", SyscallAction.Allow, new ArgumentTest(1, WholeInt, Libc.FIONREAD)),
        .. Killing(
            "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "bpf", "kexec_load",
            "kexec_file_load", "init_module", "finit_module", "delete_module", "mount", "umount2", "pivot_root",
            "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "setns", "unshare",
            "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key", "userfaultfd",
            "perf_event_open", "name_to_handle_at", "open_by_handle_at"),
    ]);

    /// <summary>Reads, lists and asks for files below the root; opens none for writing and creates none.</summary>
    public static SyscallSet ReadFiles { get; } = new(
    [
        new("openat", SyscallAction.Allow, new ArgumentTest(2, WritingOpenFlags, 0)),
        .. Allowed("stat", "lstat", "newfstatat", "statx", "getdents64", "sendfile", "fadvise64", "flock", "readlink",
            "readlinkat", "access", "faccessat", "getcwd"),
    ]);

    /// <summary>Opens sockets to other machines and binds them, but not to privileged ports.</summary>
    public static SyscallSet Network { get; } = new(
    [
        .. Sockets(Libc.AF_INET, Libc.AF_INET6),
        .. Allowed("connect", "bind", "listen"),
    ]);

    /// <summary>Connects to sockets in the file system below the root.</summary>
    public static SyscallSet LocalSockets { get; } = new([.. Sockets(Libc.AF_UNIX), .. Allowed("connect")]);

    /// <summary>Connects streams to sockets in the file system below the root, and to abstract ones.</summary>
    public static SyscallSet LocalStreams { get; } = new([Streams(Libc.AF_UNIX), .. Allowed("connect")]);

    /// <summary>Connects streams to other machines.</summary>
    public static SyscallSet OutgoingStreams { get; } = new([Streams(Libc.AF_INET), Streams(Libc.AF_INET6), .. Allowed("connect")]);

    /// <summary>Sends messages to datagram sockets in the file system below the root, and to abstract ones; opens no stream.</summary>
    public static SyscallSet LocalDatagrams { get; } = new(
    [
        new(
            "socket",
            SyscallAction.Allow,
            new ArgumentTest(0, WholeInt, Libc.AF_UNIX),
            new ArgumentTest(1, SocketType, Libc.SOCK_DGRAM)),
        .. Allowed("connect"),
    ]);

    /// <summary>Speaks to the kernel's network configuration; libnftables waits with select.</summary>
    public static SyscallSet Netlink { get; } = new(
    [
        .. Sockets(Libc.AF_NETLINK),
        .. Allowed("bind", "select", "pselect6"),
    ]);

    /// <summary>Asks what a file is that is open already.</summary>
    public static SyscallSet OpenFiles { get; } = new(
    [
        new("statx", SyscallAction.Allow, new ArgumentTest(2, WholeInt, Libc.AT_EMPTY_PATH)),
    ]);

    /// <summary>Lets others go first: a thread may lower its own priority.</summary>
    public static SyscallSet LowerPriority { get; } = new(
    [
        new("setpriority", SyscallAction.Allow, new ArgumentTest(0, WholeInt, Libc.PRIO_PROCESS), new ArgumentTest(1, WholeInt, 0)),
    ]);

    /// <summary>
    /// Whatever ordinary programs do, for the one role that starts check scripts, which inherit it: all calls but those that change the system or look into
    /// other processes, and that reach parts of the kernel which no check needs. They are refused, for a program that merely tries one goes on without.
    /// Not to be combined with others.
    /// </summary>
    public static SyscallSet Programs { get; } = new(
    [
        .. Refusing(
            "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "bpf", "perf_event_open", "userfaultfd", "kexec_load",
            "kexec_file_load", "init_module", "finit_module", "delete_module", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree",
            "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "setns", "unshare", "io_uring_setup", "io_uring_enter", "io_uring_register",
            "keyctl", "add_key", "request_key", "name_to_handle_at", "open_by_handle_at", "reboot", "swapon", "swapoff", "acct", "quotactl", "syslog",
            "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "vhangup"),

        // No namespaces: in one of its own a user is root again. clone3 hides its flags in memory, where a filter cannot look.
        .. Namespaces.Select(static flag => new SyscallRule("clone", SyscallAction.Refuse, new ArgumentTest(0, flag, flag))),
        new("clone3", SyscallAction.NotImplemented),

        // Sockets of families up to netlink's alone, which has the highest number of those that a check needs.
        .. HighFamilies.Select(static bits => new SyscallRule("socket", SyscallAction.Refuse, new ArgumentTest(0, bits, bits))),
    ],
        SyscallAction.Allow);

    internal IReadOnlyList<SyscallRule> Rules => _rules;

    /// <summary>What happens with a call that no rule is for.</summary>
    internal SyscallAction Otherwise { get; }

    // Each number above 16 has all bits of one of these.
    private static IEnumerable<ulong> HighFamilies => [0x11, 0x12, 0x14, 0x18, 0x20, 0x40];

    // CLONE_NEWTIME shares its bit with the signal of clone(2), which has no such flag.
    private static IEnumerable<ulong> Namespaces =>
    [
        Libc.CLONE_NEWNS, Libc.CLONE_NEWCGROUP, Libc.CLONE_NEWUTS, Libc.CLONE_NEWIPC, Libc.CLONE_NEWUSER, Libc.CLONE_NEWPID, Libc.CLONE_NEWNET,
    ];

    /// <summary>What either allows; a call that one of them kills for and the other allows is allowed.</summary>
    public SyscallSet With(SyscallSet other)
    {
        System.ArgumentNullException.ThrowIfNull(other);
        Debug.Assert(Otherwise == other.Otherwise, "a list of what is allowed and one of what is refused have no sum");
        SyscallRule[] all = [.. _rules, .. other._rules];
        HashSet<string> always = [.. all.Where(static rule => rule.Action == SyscallAction.Allow && rule.Test.MatchesAll)
            .Select(static rule => rule.Name)];
        // Where a call is allowed whatever its arguments are, no other rule for it may remain.
        return new SyscallSet(
            all.Where(rule => !always.Contains(rule.Name) || (rule.Action == SyscallAction.Allow && rule.Test.MatchesAll)).Distinct(), Otherwise);
    }

    private static IEnumerable<SyscallRule> Allowed(params string[] names) =>
        names.Select(static name => new SyscallRule(name, SyscallAction.Allow));

    private static IEnumerable<SyscallRule> Refusing(params string[] names) =>
        names.Select(static name => new SyscallRule(name, SyscallAction.Refuse));

    private static IEnumerable<SyscallRule> Killing(params string[] names) =>
        names.Select(static name => new SyscallRule(name, SyscallAction.Kill));

    private static SyscallRule Streams(int family) => new(
        "socket",
        SyscallAction.Allow,
        new ArgumentTest(0, WholeInt, (ulong)family),
        new ArgumentTest(1, SocketType, Libc.SOCK_STREAM));

    private static IEnumerable<SyscallRule> Sockets(params int[] families) =>
        families.Select(static family =>
            new SyscallRule("socket", SyscallAction.Allow, new ArgumentTest(0, WholeInt, (ulong)family)));
}
